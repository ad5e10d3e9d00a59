//go:build !linux

// Package procs lets Go run on one thread while a run has little to do: on Linux only.
package procs

// Adapt does nothing here.
func Adapt() {}
