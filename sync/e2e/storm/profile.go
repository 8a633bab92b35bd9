package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
)

// profiler writes profiles of this process into a folder, if there is one.
type profiler struct {
	folder  string
	running *os.File
	written int
}

func (p *profiler) file(what string) (*os.File, error) {
	p.written++
	f, err := os.Create(filepath.Join(p.folder, fmt.Sprintf("storm-%d-%s-%d.prof", os.Getpid(), what, p.written)))
	if err != nil {
		return nil, fmt.Errorf("writing a profile: %w", err)
	}
	return f, nil
}

// start begins a profile of the processor's time.
func (p *profiler) start() (err error) {
	if p.folder == "" || p.running != nil {
		return nil
	}
	if p.running, err = p.file("cpu"); err != nil {
		return err
	}
	return pprof.StartCPUProfile(p.running)
}

func (p *profiler) stop() error {
	if p.running == nil {
		return nil
	}
	pprof.StopCPUProfile()
	f := p.running
	p.running = nil
	return f.Close()
}

// heap writes what is held.
func (p *profiler) heap() error {
	if p.folder == "" {
		return nil
	}
	f, err := p.file("heap")
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}
