//! The loop that drives a machine on one thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::iter;

use crate::machine::Machine;
use crate::time::Instant;

/// What a [`Driver`] needs of the world around its machine.
pub trait Environment<M: Machine> {
    /// The time now.
    fn now(&self) -> M::Time;

    /// Carries out an output. This may call [`Driver::handle`].
    fn carry_out(&self, output: M::Output);

    /// Everything that followed from the last inputs is carried out. Sets the timer to `deadline` in
    /// place of the one before. No deadline means no timer.
    fn idle(&self, deadline: Option<Instant>);
}

/// A machine and the inputs that wait for it.
///
/// An input that comes while an output is carried out waits until all outputs before it are carried
/// out. Nothing is borrowed meanwhile, so an output may run code that calls the driver again.
#[derive(Debug)]
pub struct Driver<M: Machine> {
    machine: RefCell<M>,
    inputs: RefCell<VecDeque<M::Input>>,
    driving: Cell<bool>,
}

impl<M: Machine> Driver<M> {
    /// A driver of `machine`, which waits for its first input.
    pub fn new(machine: M) -> Self {
        Self {
            machine: RefCell::new(machine),
            inputs: RefCell::default(),
            driving: Cell::default(),
        }
    }

    /// Looks at the machine. `look` must not call the driver.
    pub fn look<T>(&self, look: impl FnOnce(&M) -> T) -> T {
        look(&self.machine.borrow())
    }

    /// Gives an input to the machine and carries out what follows: at once, or after the outputs
    /// that are being carried out.
    pub fn handle(&self, input: M::Input, environment: &impl Environment<M>) {
        self.inputs.borrow_mut().push_back(input);
        if self.driving.replace(true) {
            return;
        }
        while let Some(outputs) = self.next_outputs(environment) {
            for output in outputs {
                environment.carry_out(output);
            }
        }
        self.driving.set(false);
        let deadline = self.machine.borrow().poll_timeout();
        environment.idle(deadline);
    }

    /// What follows from the next input, if one waits.
    fn next_outputs(&self, environment: &impl Environment<M>) -> Option<Vec<M::Output>> {
        let input = self.inputs.borrow_mut().pop_front()?;
        let now = environment.now();
        let mut machine = self.machine.borrow_mut();
        machine.handle(input, now);
        Some(iter::from_fn(|| machine.poll_output()).collect())
    }

    /// Drops waiting inputs that have become void, such as those of a connection that is closed.
    pub fn discard(&self, void: impl Fn(&M::Input) -> bool) {
        self.inputs.borrow_mut().retain(|input| !void(input));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives back each input as two outputs: times ten, and times ten plus one.
    #[derive(Default)]
    struct Doubling(VecDeque<u64>);

    impl Machine for Doubling {
        type Input = u64;
        type Output = u64;
        type Time = Instant;

        fn handle(&mut self, input: u64, _now: Instant) {
            self.0.extend([input * 10, input * 10 + 1]);
        }

        fn poll_output(&mut self) -> Option<u64> {
            self.0.pop_front()
        }

        fn poll_timeout(&self) -> Option<Instant> {
            Some(Instant(7))
        }
    }

    /// An environment in which output 10 brings about inputs 2 and 3.
    struct World {
        driver: Driver<Doubling>,
        discards: Option<u64>,
        outputs: RefCell<Vec<u64>>,
        deadlines: RefCell<Vec<Option<Instant>>>,
    }

    impl World {
        fn new(discards: Option<u64>) -> Self {
            let driver = Driver::new(Doubling::default());
            Self { driver, discards, outputs: RefCell::default(), deadlines: RefCell::default() }
        }
    }

    impl Environment<Doubling> for World {
        fn now(&self) -> Instant {
            Instant(1)
        }

        fn carry_out(&self, output: u64) {
            self.outputs.borrow_mut().push(output);
            if output == 10 {
                self.driver.handle(2, self);
                self.driver.handle(3, self);
            }
            if output == 11 {
                self.driver.discard(|input| Some(*input) == self.discards);
            }
        }

        fn idle(&self, deadline: Option<Instant>) {
            self.deadlines.borrow_mut().push(deadline);
        }
    }

    #[test]
    fn an_input_that_an_output_brings_about_waits_for_the_outputs_before_it() {
        let world = World::new(None);
        world.driver.handle(1, &world);
        assert_eq!(*world.outputs.borrow(), [10, 11, 20, 21, 30, 31]);
        assert_eq!(*world.deadlines.borrow(), [Some(Instant(7))], "set once, at the end");
    }

    #[test]
    fn an_input_that_is_discarded_while_it_waits_is_not_handled() {
        let world = World::new(Some(2));
        world.driver.handle(1, &world);
        assert_eq!(*world.outputs.borrow(), [10, 11, 30, 31]);
    }
}
