package wasi

import (
	"io/fs"
	"strings"
)

// resolve finds the name in fsys that a guest means by a path from the directory base, which is a name
// without links. No link is left in it; one at the end is only followed if follow says so, or if a slash
// comes after it. The last part need not be there. directory tells that the path ends as only one of a
// directory does.
//
// A path must not lead out of base, by itself or through links: ErrnoNotcapable. That holds for absolute
// paths and links as well.
func resolve(fsys FS, base, path string, follow bool) (name string, directory bool, err error) {
	switch {
	case path == "":
		return "", false, ErrnoNoent
	case path[0] == '/':
		return "", false, ErrnoNotcapable
	}
	var parts []string
	followed := 0
	for rest := path; rest != ""; {
		part, after, slash := strings.Cut(rest, "/")
		rest = strings.TrimLeft(after, "/")
		directory = slash && rest == ""
		switch part {
		case "", ".":
			directory = directory || rest == ""
			continue
		case "..":
			if len(parts) == 0 {
				return "", false, ErrnoNotcapable
			}
			parts = parts[:len(parts)-1]
			directory = directory || rest == ""
			continue
		}
		parts = append(parts, part)
		if rest == "" && !directory && !follow {
			break
		}
		here := joinName(base, parts)
		info, err := fsys.Lstat(here)
		switch {
		case err != nil && rest == "" && errnoOf(err) == ErrnoNoent:
			continue
		case err != nil:
			return "", false, err
		case info.Mode()&fs.ModeSymlink == 0:
			if rest != "" && !info.IsDir() {
				return "", false, ErrnoNotdir
			}
			continue
		}
		links, has := fsys.(ReadLinkFS)
		if followed++; followed > linkLimit || !has {
			return "", false, ErrnoLoop
		}
		target, err := links.ReadLink(here)
		if err != nil {
			return "", false, err
		}
		if strings.HasPrefix(target, "/") {
			return "", false, ErrnoNotcapable
		}
		parts = parts[:len(parts)-1]
		switch {
		case rest != "":
			rest = target + "/" + rest
		case directory:
			rest = target + "/"
		default:
			rest = target
		}
	}
	return joinName(base, parts), directory, nil
}

// joinName makes a name of a directory's and of parts.
func joinName(base string, parts []string) string {
	if len(parts) == 0 {
		return base
	}
	below := strings.Join(parts, "/")
	if base == "." {
		return below
	}
	return base + "/" + below
}
