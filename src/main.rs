//! The `rolo` program: arguments in, exit code out.

/// Rows are many small texts that one thread makes and another drops, which is where the system's allocator is
/// slow: `check` takes two thirds of the time with this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rolo::cli::main()
}
