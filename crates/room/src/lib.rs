//! What a call room is.
