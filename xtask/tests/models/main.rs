//! The models stage, pass by pass and as a whole, on a made-up API of books and authors.

mod fixture;
mod golden;
mod lowering;
mod passes;
mod rejections;
mod whole;
