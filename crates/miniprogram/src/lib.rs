//! Compiles the files of a mini-program into what a phone in the browser loads.
