// Package channels: a channel is made to be shared, and every model takes it from the
// heap; the compiler does not even print it. What is sent through it leaves the sender's frame.
package channels

// Local makes a channel and drops it.
func Local() int {
	c := make(chan int, 1) // want chan gc:heap textbook:heap
	c <- 1
	return <-c
}

// Address sends an address.
func Address(c chan<- *int) {
	n := 1 // want var gc:heap textbook:heap
	c <- &n
}

// Value is the twin: the number is copied.
func Value(c chan<- int) {
	n := 1 // want var gc:stack textbook:stack
	c <- n
}

// Select sends an address in a select statement.
func Select(c chan<- *int) {
	n := 1 // want var gc:heap textbook:heap
	select {
	case c <- &n:
	default:
	}
}
