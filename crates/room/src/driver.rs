//! The loop that drives a machine on one thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::machine::Machine;
use crate::time::Instant;

/// What a [`Driver`] needs from its surroundings: a clock, a timer, and code that carries out outputs.
pub trait Environment<M: Machine> {
    /// The current time.
    fn now(&self) -> M::Time;

    /// Observes each input before the machine handles it, for a trace. This may call [`Driver::handle`].
    fn observe(&self, _input: &M::Input, _now: M::Time) {}

    /// Carries out an output. This may call [`Driver::handle`].
    fn carry_out(&self, output: M::Output);

    /// All outputs are carried out and no input is waiting. Replaces the timer by one for `deadline`.
    /// No deadline means no timer.
    fn idle(&self, deadline: Option<Instant>);
}

/// A machine and its waiting inputs.
///
/// An input that arrives while an output is carried out waits until all earlier outputs are carried
/// out. No `RefCell` is borrowed while an output is carried out, so an output may call the driver.
#[derive(Debug)]
pub struct Driver<M: Machine> {
    machine: RefCell<M>,
    inputs: RefCell<VecDeque<M::Input>>,
    driving: Cell<bool>,
}

impl<M: Machine> Driver<M> {
    /// A driver of `machine` without inputs.
    pub fn new(machine: M) -> Self {
        Self {
            machine: RefCell::new(machine),
            inputs: RefCell::default(),
            driving: Cell::default(),
        }
    }

    /// Reads from the machine. `look` must not call the driver.
    pub fn look<T>(&self, look: impl FnOnce(&M) -> T) -> T {
        look(&self.machine.borrow())
    }

    /// Passes an input to the machine and carries out its outputs. If an output is being carried out,
    /// the input waits.
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

    /// The outputs of the next waiting input. `None` if no input is waiting.
    fn next_outputs(&self, environment: &impl Environment<M>) -> Option<Vec<M::Output>> {
        let input = self.inputs.borrow_mut().pop_front()?;
        let now = environment.now();
        environment.observe(&input, now);
        let mut machine = self.machine.borrow_mut();
        machine.handle(input, now);
        let mut outputs = Vec::new();
        while let Some(output) = machine.poll_output() {
            outputs.push(output);
        }
        Some(outputs)
    }

    /// Drops waiting inputs that are no longer valid, such as those of a closed connection.
    pub fn discard(&self, is_invalid: impl Fn(&M::Input) -> bool) {
        self.inputs.borrow_mut().retain(|input| !is_invalid(input));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns two outputs for each input: times ten, and times ten plus one.
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

    /// An environment in which output 10 causes inputs 2 and 3.
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
    fn an_input_that_an_output_causes_waits_for_the_earlier_outputs() {
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
