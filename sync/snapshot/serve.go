package snapshot

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"meterside/care"
)

// ServeHTTP gives a file out, whole or from a byte on: it asks for no token, since the file is sealed and its name cannot be
// guessed, so that any cache between may keep it.
func (s *Shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	if sum, err := hex.DecodeString(hash); err != nil || len(sum) != 32 || hash != hex.EncodeToString(sum) {
		gone(w)
		return
	}
	file, err := os.Open(filepath.Join(s.dir, hash))
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			s.log.Error("a ready-made replica cannot be read", "error", err)
		}
		gone(w)
		return
	}
	defer func() { _ = file.Close() }()
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Cache-Control", "public, max-age=86400, immutable")
	w.Header().Set("ETag", `"`+hash+`"`)
	http.ServeContent(&patient{ResponseWriter: w, control: http.NewResponseController(w)}, r, "", time.Time{}, file)
}

func gone(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(care.Err(care.CodeFileGone))
}

// stallAfter is how long a desk may take nothing before its request is given up.
const stallAfter = time.Minute

// patient lets a slow line take its time, as long as it moves: the server's limit is for pages.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(stallAfter)) // a writer without deadlines needs none
	return p.ResponseWriter.Write(b)
}
