package care

// A device signs two kinds of bytes: a command's, which begin as a CBOR map does, and these, which cannot.

// NonceBytes are what a device signs to show that it is itself when it connects.
func NonceBytes(nonce []byte) []byte { return append([]byte("meterside hello\x00"), nonce...) }
