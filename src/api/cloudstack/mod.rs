//! Apache CloudStack.
