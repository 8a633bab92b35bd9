package masquerade

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	maxDownload = 64 << 20 // bytes of one saved file
	maxFileName = 100      // runes, so that with a number and in UTF-8 it fits every file system
	maxCopies   = 1000     // files of one name
)

// keptTypes are the file types a portal hands out. Any other is saved under a name that nothing opens by a click.
var keptTypes = map[string]bool{
	".pdf": true, ".csv": true, ".xml": true, ".json": true, ".txt": true, ".zip": true,
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".ics": true, ".xlsx": true,
}

// isDownload says whether an answer is a file to keep. A PDF is one even when it asks to be shown: a viewer in the
// frame would be a page that the proxy's rules do not reach.
func isDownload(res *http.Response) bool {
	if res.StatusCode != http.StatusOK || res.Request.Method == http.MethodHead {
		return false
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return offered(res) || kind == "application/pdf"
}

// offered says whether an answer calls itself an attachment. One that cannot be parsed is taken as such.
func offered(res *http.Response) bool {
	header := res.Header.Get("Content-Disposition")
	kind, _, err := mime.ParseMediaType(header)
	return header != "" && (err != nil || kind != "inline")
}

// save writes an answer's body into the folder under a name of its own and returns the file's path. Nothing half
// written is left behind.
func save(folder string, res *http.Response) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("making the downloads folder: %w", err)
	}
	root, err := os.OpenRoot(folder) // no name can lead out of it, whatever it looks like
	if err != nil {
		return "", fmt.Errorf("opening the downloads folder: %w", err)
	}
	defer root.Close()
	f, name, err := create(root, nameOf(res))
	if err != nil {
		return "", err
	}
	n, err := io.Copy(f, io.LimitReader(res.Body, maxDownload+1))
	if err == nil && n > maxDownload {
		err = errors.New("it is too large")
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = root.Remove(name)
		return "", fmt.Errorf("saving a download: %w", err)
	}
	return filepath.Join(folder, name), nil
}

// create makes a new file, never an old one's, and counts up until the name is free.
func create(root *os.Root, name string) (*os.File, string, error) {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for i := 1; i <= maxCopies; i++ {
		if i > 1 {
			name = stem + " (" + strconv.Itoa(i) + ")" + ext
		}
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return f, name, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, "", fmt.Errorf("creating a download: %w", err)
		}
	}
	return nil, "", fmt.Errorf("creating a download: %w", fs.ErrExist)
}

// nameOf finds the name of an answer's file.
func nameOf(res *http.Response) string {
	_, params, _ := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
	name := params["filename"]
	if name == "" {
		name = path.Base(res.Request.URL.Path)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind == "application/pdf" && !strings.EqualFold(path.Ext(name), ".pdf") {
		name += ".pdf"
	}
	return safeName(name)
}

// safeName makes a file name that is a plain file on every system: no folders, no hidden files, no devices of
// Windows, no characters that reorder the name on a screen, no type that runs.
func safeName(name string) string {
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*%`, r) {
			return '_'
		}
		return r
	}, name)
	ext := strings.ToLower(path.Ext(name))
	if len(ext) < len(name) && keptTypes[ext] {
		name = name[:len(name)-len(ext)]
	} else {
		ext = ".download"
	}
	name = strings.Trim(Plain(name, maxFileName), " .…")
	device, _, _ := strings.Cut(name, ".")
	if name == "" || reserved(strings.TrimSpace(device)) {
		name = "file_" + name
	}
	return name + ext
}

// reserved says whether Windows keeps a name for a device, with or without a type after it.
func reserved(stem string) bool {
	stem = strings.ToUpper(stem)
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	port, isPort := strings.CutPrefix(stem, "COM")
	if !isPort {
		port, isPort = strings.CutPrefix(stem, "LPT")
	}
	return isPort && len([]rune(port)) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}
