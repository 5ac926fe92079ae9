// A program of another module, linked with a prebuilt library.
package main

import (
	"fmt"
	"log"

	"outlive.dev/outlive"
	_ "outlive.dev/prebuilt"
)

func main() {
	image, err := outlive.ParseText("func main.keep func() *int {\nb0:\n  x: *int = new s0 \"new(int)\"\n  return x\n}\n")
	if err != nil {
		log.Fatal(err)
	}
	r, err := outlive.Analyze(image, outlive.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	fmt.Println(r.Verdict(0).Placement)
}
