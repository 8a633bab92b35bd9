// Package frontend embeds the window's pages, as `npm run build` makes them.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Assets holds the built pages, index.html at the top.
var Assets = sub()

func sub() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is named in the directive above
	}
	return pages
}
