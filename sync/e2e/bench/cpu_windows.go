package main

import "time"

// cpu is not known here; figures of it are left out.
func cpu() time.Duration { return 0 }
