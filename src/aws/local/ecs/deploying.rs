//! Deployments, and what else ECS goes on with after its answer.

use super::super::Call;
use super::super::late::Late;

/// Deployments and deletions that are under way: ECS accepts them, and goes on with them after its
/// answer.
#[derive(Debug, Default)]
pub(in super::super) struct Deploying {
    pending: Late,
    progress: Late,
}

impl Deploying {
    /// Something begins.
    pub(super) fn begin(&self, call: &Call<'_>, arn: &str) {
        let questions = call.options.ecs_delay;
        self.pending.begin(arn, questions.min(1));
        self.progress.begin(arn, questions);
    }

    /// It ends at once.
    pub(super) fn end(&self, arn: &str) {
        self.pending.begin(arn, 0);
        self.progress.begin(arn, 0);
    }

    /// Whether it is under way. Each question that finds it so brings its end nearer.
    pub(super) fn is_under_way(&self, arn: &str) -> bool {
        !self.progress.is_done(arn)
    }

    /// Whether nothing was done yet of what is under way.
    pub(super) fn is_pending(&self, arn: &str) -> bool {
        !self.pending.is_done(arn)
    }

    /// Whether a question would find it at its end, without asking.
    pub(super) fn is_over(&self, arn: &str) -> bool {
        self.progress.would_be_done(arn)
    }
}
