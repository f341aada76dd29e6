//! The `undersigned` program: reads the command line, runs the command, and says how it went by the exit status.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::debug_fn;
use undersigned::cli::{Cli, ColorWhen};
use undersigned::command::{self, Exit};
use undersigned::model::{printable, printable_lines, steers};

/// Each letter is some hundred small pieces of memory, made on one thread and often let go on another. The second
/// version of mimalloc, without huge pages, keeps no more memory than the allocator of glibc; the third keeps nearly
/// twice as much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return show_usage(&error),
    };
    match cli.color {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let level = match cli.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let is_coloured = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    // What others wrote, a server's reply above all, moves no cursor here either.
    let fields = debug_fn(|out, field, value| {
        let text = format!("{value:?}");
        let text = printable(&text);
        if field.name() == "message" { write!(out, "{text}") } else { write!(out, "{field}={text}") }
    });
    tracing_subscriber::fmt()
        .fmt_fields(fields.delimited(" "))
        .with_ansi(is_coloured)
        .with_writer(io::stderr)
        .with_max_level(level)
        .with_target(false)
        .init();
    command::forbid_core_dumps();
    match command::run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        // Whoever read the output has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            command::report_error(&error);
            ExitCode::from(Exit::Refused.code())
        }
    }
}

/// Shows what is wrong with a command line, or the help that it asks for. An argument is repeated as it is only where
/// it cannot steer the terminal.
fn show_usage(error: &clap::Error) -> ExitCode {
    let is_hostile = std::env::args_os().any(|argument| argument.to_string_lossy().contains(steers));
    // Where nobody reads it, nobody is there to be told.
    let _ = if is_hostile {
        let text = error.render().ansi().to_string();
        let unstyled = anstream::adapter::strip_str(&text).to_string();
        writeln!(io::stderr(), "{}", printable_lines(unstyled.trim_end()))
    } else {
        error.print()
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Refused.code()))
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
