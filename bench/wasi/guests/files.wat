;; Works on @count@ files in its last directory. @work@ is the name of a function below. What is
;; not as it must be traps.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (memory (export "memory") 3)
  ;; Directories begin at descriptor 3; some hosts put others before the one that was asked for.
  (global $directory (mut i32) (i32.const 2))
  ;; At 0 a piece of memory, at 8 a count, at 12 a descriptor, at 64 a filestat, at 256 a name, at 65536 a buffer.
  (data (i32.const 256) "f000000")
  (data (i32.const 512) "big")

  ;; Writes the number of a file into the name.
  (func $name (param $number i32)
    (local $at i32)
    (local.set $at (i32.const 262))
    (loop $digit
      (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $digit (i32.gt_u (local.get $at) (i32.const 256)))))
  (func $must (param i32) (if (local.get 0) (then unreachable)))
  (func $piece (param $at i32) (param $size i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $size)))
  (func $open (param $at i32) (param $size i32) (param $flags i32) (param $rights i64)
    (call $must (call $path_open (global.get $directory) (i32.const 0) (local.get $at) (local.get $size) (local.get $flags)
      (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 12))))
  (func $close (call $must (call $fd_close (i32.load (i32.const 12)))))

  (func $create (param $number i32)
    (call $name (local.get $number))
    (call $open (i32.const 256) (i32.const 7) (i32.const 5) (i64.const 0x40))
    (call $piece (i32.const 256) (i32.const 7))
    (call $must (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $close))
  (func $stat (param $number i32)
    (call $name (local.get $number))
    (call $must (call $path_filestat_get (global.get $directory) (i32.const 0) (i32.const 256) (i32.const 7) (i32.const 64)))
    (if (i64.ne (i64.load (i32.const 96)) (i64.const 7)) (then unreachable)))
  (func $remove (param $number i32)
    (call $name (local.get $number))
    (call $must (call $path_unlink_file (global.get $directory) (i32.const 256) (i32.const 7))))

  ;; Reads the directory, once and for all the numbers, and counts.
  (func $list (param $number i32)
    (local $cookie i64) (local $at i32) (local $end i32) (local $found i32)
    (if (local.get $number) (then (return)))
    (loop $fill
      (call $must (call $fd_readdir (global.get $directory) (i32.const 65536) (i32.const 65536) (local.get $cookie) (i32.const 8)))
      (local.set $at (i32.const 65536))
      (local.set $end (i32.add (i32.const 65536) (i32.load (i32.const 8))))
      (block $cut
        (loop $entry
          (br_if $cut (i32.gt_u (i32.add (local.get $at) (i32.const 24)) (local.get $end)))
          (br_if $cut (i32.gt_u (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))) (local.get $end)))
          (local.set $cookie (i64.load (local.get $at)))
          ;; "." and ".." do not count, and not every host has them.
          (if (i32.ne (i32.load8_u offset=24 (local.get $at)) (i32.const 46))
            (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
          (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))))
          (br $entry)))
      (br_if $fill (i32.eq (i32.load (i32.const 8)) (i32.const 65536))))
    (if (i32.ne (local.get $found) (i32.const @count@)) (then unreachable)))

  ;; Reads "big" in @count@ pieces of 64 KiB, each of which begins with the number of the piece.
  (func $read (param $number i32)
    (if (i32.eqz (local.get $number)) (then (call $open (i32.const 512) (i32.const 3) (i32.const 0) (i64.const 2))))
    (call $piece (i32.const 65536) (i32.const 65536))
    (call $must (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (i32.ne (i32.load (i32.const 8)) (i32.const 65536)) (then unreachable))
    (if (i32.ne (i32.load (i32.const 65536)) (local.get $number)) (then unreachable)))
  ;; Writes what $read wants to read.
  (func $write (param $number i32)
    (if (i32.eqz (local.get $number)) (then (call $open (i32.const 512) (i32.const 3) (i32.const 9) (i64.const 0x40))))
    (call $piece (i32.const 65536) (i32.const 65536))
    (i32.store (i32.const 65536) (local.get $number))
    (call $must (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (i32.ne (i32.load (i32.const 8)) (i32.const 65536)) (then unreachable)))

  (func (export "_start")
    (local $number i32)
    (block $last
      (loop $more
        (br_if $last (call $fd_prestat_get (i32.add (global.get $directory) (i32.const 1)) (i32.const 0)))
        (global.set $directory (i32.add (global.get $directory) (i32.const 1)))
        (br $more)))
    (loop $next
      (call $@work@ (local.get $number))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (i32.const @count@))))))
