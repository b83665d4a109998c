//! The compiled project, and how it follows its files.
