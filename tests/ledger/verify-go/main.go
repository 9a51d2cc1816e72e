// SPDX-License-Identifier: Apache-2.0

// Checks a public ledger with Go's own golang.org/x/mod/sumdb, the code that
// every `go` command trusts sum.golang.org with, and nothing of ours:
//
//	verify DIR VKEY [EVERY [OLD-CHECKPOINT]]
//
// The note, the origin, every tile against the root (TileHashReader does),
// the inclusion of every EVERY-th entry, and consistency with an older
// checkpoint.  Exit 0 and one line when all holds, 1 and the reason when not.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func checkpoint(path string, key note.Verifier) tlog.Tree {
	bytes, err := os.ReadFile(path)
	check(path, err)
	n, err := note.Open(bytes, note.VerifierList(key))
	check(path, err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		check(path, fmt.Errorf("not the three lines of %s: %q", key.Name(), n.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("size", err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check("root", err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

// Tiles of height 8; x/mod writes the height into the path, the ledger does not.
type tiles string

func (tiles) Height() int                          { return 8 }
func (tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (dir tiles) ReadTiles(want []tlog.Tile) (out [][]byte, err error) {
	for _, t := range want {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(dir), path))
		if err != nil {
			return nil, err
		}
		out = append(out, bytes)
	}
	return out, nil
}

func bundle(dir string, n int64, width int) (entries [][]byte) {
	t := tlog.Tile{H: 8, L: -1, N: n, W: width}
	path := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
	left, err := os.ReadFile(filepath.Join(dir, path))
	check(path, err)
	for len(left) >= 2 {
		size := 2 + int(binary.BigEndian.Uint16(left))
		if size > len(left) {
			break
		}
		entries, left = append(entries, left[2:size]), left[size:]
	}
	if len(left) != 0 || len(entries) != width {
		check(path, fmt.Errorf("%d entries, %d bytes left", len(entries), len(left)))
	}
	return entries
}

func main() {
	dir, every := os.Args[1], int64(1)
	key, err := note.NewVerifier(os.Args[2])
	check("vkey", err)
	tree := checkpoint(filepath.Join(dir, "checkpoint"), key)
	hashes := tlog.TileHashReader(tree, tiles(dir))
	if len(os.Args) > 3 {
		every, err = strconv.ParseInt(os.Args[3], 10, 64)
		check("every", err)
	}
	if len(os.Args) > 4 {
		old := checkpoint(os.Args[4], key)
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		check("consistency", err)
		check("consistency", tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
	}
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		for i, entry := range bundle(dir, first/256, int(width)) {
			index := first + int64(i)
			if index%every != 0 && index != tree.N-1 {
				continue
			}
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			check("inclusion", err)
			check(fmt.Sprint("entry ", index), tlog.CheckRecord(proof, tree.N,
				tree.Hash, index, tlog.RecordHash(entry)))
		}
	}
	fmt.Printf("%d entries hold, root %v\n", tree.N, tree.Hash)
}
