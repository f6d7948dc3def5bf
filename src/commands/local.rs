//! `tracewright local`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use tokio::net::TcpListener;

use super::switches::local_options;
use super::world::{LOCAL_STATE, looks_like_state, open_local_with};
use crate::aws::local::{LocalAws, serve};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui;

/// The embedded local AWS: serve it to other programs, or start it afresh
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Answer on loopback, so that `aws`, boto3 and X-Ray SDKs can talk to it
    ///
    /// The account is the caller's access key where that is 12 digits, else `--account`, else the
    /// only account in the state.
    Serve {
        #[command(flatten)]
        state: StateArgs,
        /// The loopback address to listen on; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:4599", value_name = "ADDRESS")]
        listen: SocketAddr,
        /// The account of callers whose access key is not one
        #[arg(long)]
        account: Option<String>,
        /// The region of callers who do not sign, such as an X-Ray SDK's sampler
        #[arg(long)]
        region: Option<String>,
    },
    /// Forget everything
    Reset {
        #[command(flatten)]
        state: StateArgs,
    },
}

#[derive(Debug, clap::Args)]
struct StateArgs {
    /// The file with its state
    #[arg(long = "local", value_name = "FILE", default_value = LOCAL_STATE)]
    path: PathBuf,
}

pub(crate) async fn run(args: Args) -> Result<Exit> {
    match args.verb {
        Verb::Serve { state, listen, account, region } => {
            let shown = region.clone().unwrap_or_else(|| "us-east-1".to_owned());
            let options = local_options(account, region)?;
            let local = open_local_with(&state.path, options)?;
            serve_on(local, listen, &shown).await
        }
        Verb::Reset { state } => reset(&state.path),
    }
}

async fn serve_on(local: LocalAws, listen: SocketAddr, region: &str) -> Result<Exit> {
    if !listen.ip().is_loopback() {
        return Err(Error::refused(format!("{} is not a loopback address", listen.ip()))
            .hint("the local AWS checks no signatures, so it stays on this machine: --listen 127.0.0.1:4599"));
    }
    let cannot = |error: std::io::Error| {
        Error::new(format!("cannot listen on {listen}: {error}"))
            .hint("give another address with `--listen`; port 0 takes a free one")
    };
    let listener = TcpListener::bind(listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    ui::answer(&format!("listening on http://{address}"));
    ui::say(&format!(
        "export AWS_ENDPOINT_URL=http://{address} AWS_DEFAULT_REGION={region} \
         AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
    ));
    serve::serve(local, listener, super::interrupts::interrupted()).await.map_err(cannot)?;
    Ok(Exit::Done)
}

fn reset(path: &Path) -> Result<Exit> {
    if path.is_file() && !looks_like_state(path) {
        return Err(Error::refused(format!(
            "{} does not look like the state of a local AWS, and is left alone",
            path.display()
        ))
        .hint("`--local=FILE` names the file with the local AWS's state"));
    }
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    // It may never have been written to.
    drop(std::fs::remove_file(lock));
    match std::fs::remove_file(path) {
        Ok(()) => ui::answer(&format!("{} is gone: the local AWS is empty.", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            ui::answer("The local AWS is empty already.");
        }
        Err(error) => {
            return Err(Error::new(format!("{} cannot be removed: {error}", path.display()))
                .hint("`--local=FILE` names the file with the local AWS's state"));
        }
    }
    Ok(Exit::Done)
}
