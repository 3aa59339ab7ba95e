//! What holds of networks, told by function calls.
