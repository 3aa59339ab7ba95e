//! The rule engine: which mock serves a command, and what it then says.
