//go:build bindings

package app

// generating says that this program only writes the bindings for the window, and must open nothing.
const generating = true
