//! The `rolo` program: arguments in, exit code out.

/// Rows are many small texts that are made and dropped, which is where the system's allocator is slow: `check` takes five
/// sixths of the time with this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    keep_pages_small();
    rolo::cli::main()
}

/// Huge pages make nothing here faster, and hold some 50 MB that nothing is in. A system that has no such pages, or lets
/// nobody choose, goes on as it is.
fn keep_pages_small() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
