//! The hub of rooms behind WebSocket.
