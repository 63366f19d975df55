package wasmer

import (
	"bytes"
	"slices"
)

// A list is an open parenthesis of WebAssembly text.
type list struct {
	start int
	// The word that it begins with, and whether something was there already.
	head  string
	begun bool
	// Of a folded `if`: its operands, each with its beginning and end, and whether one of its lists is a `then`.
	operands [][2]int
	hasThen  bool
}

type insertion struct {
	at   int
	text string
}

// More lists than this in one another are left to the parser.
const deepest = 100_000

// withThen writes `then` and `else` around the arms of a folded `if` that has none. Early
// WebAssembly text could omit them: (if CONDITION ARM) and (if CONDITION ARM ARM).
func withThen(text []byte) []byte {
	if !bytes.Contains(text, []byte("if")) {
		return text
	}
	var open []list
	var insertions []insertion
	for at := 0; at < len(text); {
		end := skip(text, at)
		switch {
		case text[at] == '(' && end == at+1:
			if len(open) > 0 {
				open[len(open)-1].begun = true
			}
			if open = append(open, list{start: at}); len(open) > deepest {
				return text
			}
		case text[at] == ')' && len(open) > 0:
			closed := open[len(open)-1]
			open = open[:len(open)-1]
			insertions = append(insertions, closed.arms()...)
			if len(open) > 0 {
				open[len(open)-1].holds(closed, end)
			}
		case isWordByte(text[at]) && len(open) > 0 && !open[len(open)-1].begun:
			open[len(open)-1].head, open[len(open)-1].begun = string(text[at:end]), true
		case text[at] == '"' && len(open) > 0:
			open[len(open)-1].begun = true
		}
		at = end
	}
	if insertions == nil {
		return text
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int { return a.at - b.at })
	var today []byte
	from := 0
	for _, insertion := range insertions {
		today = append(append(today, text[from:insertion.at]...), insertion.text...)
		from = insertion.at
	}
	return append(today, text[from:]...)
}

// holds records a list that ends within l.
func (l *list) holds(closed list, end int) {
	if l.head != "if" {
		return
	}
	switch closed.head {
	case "then", "else":
		l.hasThen = true
	case "result", "param", "type":
	default:
		l.operands = append(l.operands, [2]int{closed.start, end})
	}
}

// arms returns what to insert into an `if` without `then`.
func (l *list) arms() []insertion {
	if l.head != "if" || l.hasThen || len(l.operands) < 2 || len(l.operands) > 3 {
		return nil
	}
	insertions := []insertion{{l.operands[1][0], "(then "}, {l.operands[1][1], ")"}}
	if len(l.operands) == 3 {
		insertions = append(insertions, insertion{l.operands[2][0], "(else "}, insertion{l.operands[2][1], ")"})
	}
	return insertions
}
