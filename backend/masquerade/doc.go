// Package masquerade is the second window without its window: it redeems a ticket, shows the customer's web portal
// through a proxy on loopback, and draws a banner around it that the page inside cannot reach.
//
// Two listeners on 127.0.0.1, each with a port and a 128-bit path secret of its own, make two origins. The first serves
// the shell: banner, clock, Close, and a sandboxed frame. The second serves the frame: every request in it is rebuilt
// from a list of allowed headers, carries the masquerade's credential upward, and its answer is rebuilt the same way.
// So the credential, the customer's cookies and the ticket live in this process alone, and the page holds nothing that
// is worth stealing. Whatever an answer does not say clearly, above all in whose name it was given, ends in a blank page.
//
// The process is a child of the desk: the Greeting is the first line of its standard input, Orders are the lines
// after it, Events are the lines of its standard output. The end of its input means that the desk has gone.
package masquerade
