//! The `rolo` program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    rolo::cli::main()
}
