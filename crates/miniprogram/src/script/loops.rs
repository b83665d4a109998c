//! Loops that may never end are told apart from those that do, and count their turns.
//!
//! A browser cannot stop a script, and the phones of a window run in one thread: a loop without end
//! in one of them would freeze all. So `while`, `do` and those `for` that do not count get a
//! countdown of their function's own, and every now and then ask `__turns`, which throws when
//! nothing else could happen for seconds (`www/phone/runtime/turns.ts`).
//!
//! Loops that count, `for (…; i < n; i++)`, and loops over lists end by themselves; they are the
//! ones that have to be fast, and stay as they are. What is left costs two nanoseconds a turn, which
//! is not to be seen in parsers and compressors.

use oxc_ast::ast::{Expression, Statement};
use oxc_span::GetSpan;
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UpdateOperator};

use super::rewriter::Rewriter;

/// Turns before a function's loops first ask; most functions make fewer.
const FIRST: u32 = 1_000;

impl<'a> Rewriter<'a, '_> {
    /// Lets the loop with this body count its turns. All of it stays on the lines it is on.
    pub(super) fn count_turns(&mut self, body: &Statement<'a>) {
        let span = body.span();
        let turns = format!("{}turns", self.prefix);
        let count = format!("if(--{turns}<0){turns}=__turns();");
        if matches!(body, Statement::BlockStatement(_)) {
            self.edits.insert(span.start as usize + 1, count);
        } else {
            self.edits.insert_first(span.start as usize, format!("{{{count}"));
            self.edits.insert(span.end as usize, "}");
        }
        self.first_loop.get_or_insert(span.start);
    }

    /// Gives a function its countdown, before the first of its statements that has such a loop.
    pub(super) fn countdown(&mut self, statements: &[Statement<'a>]) {
        let Some(at) = self.first_loop else { return };
        let statement = statements.iter().find(|statement| statement.span().end > at);
        if let Some(statement) = statement {
            let declaration = format!("var {}turns={FIRST};", self.prefix);
            self.edits.insert_first(statement.span().start as usize, declaration);
        }
    }
}

/// Whether a loop with these parts counts, and so ends: towards a bound with a variable of its own
/// (`for (…; i < n; i++)`), or down to nothing (`while (n--)`); maybe until something else is so.
pub(super) fn counts(test: &Expression, update: Option<&Expression>) -> bool {
    match test {
        Expression::ParenthesizedExpression(inner) => counts(&inner.expression, update),
        Expression::LogicalExpression(both) if both.operator == LogicalOperator::And => {
            counts(&both.left, update) || counts(&both.right, update)
        }
        Expression::UpdateExpression(down) => down.operator == UpdateOperator::Decrement,
        Expression::BinaryExpression(test) => {
            let bound = matches!(
                test.operator,
                BinaryOperator::LessThan
                    | BinaryOperator::LessEqualThan
                    | BinaryOperator::GreaterThan
                    | BinaryOperator::GreaterEqualThan
            );
            bound && update.is_some()
        }
        _ => false,
    }
}
