//! The development server of the simulator.
