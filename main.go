// Meterside is the desk of a utility's customer service representative.
package main

import (
	"os"

	"meterside/app"
	"meterside/frontend"
)

func main() { os.Exit(app.Main(os.Args[1:], frontend.Assets)) }
