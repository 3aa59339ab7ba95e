use std::process::ExitCode;

/// A request is a few dozen small allocations, on which the system's allocator would spend a sixth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mimic::cli::run()
}
