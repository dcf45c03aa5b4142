//! xor.rs - the exclusive or, trained from Rust, over the binding that rtffi writes. Nothing of LibTorch is linked.
//!
//!     rtffi bind --lang rust --plugin torch -o torch.rs
//!     rustc --edition 2021 -O -L "$(pkg-config --variable=libdir rtffi)" xor.rs && ./xor
mod torch;

use std::process::ExitCode;
use torch::{rtffi, Module, OptimAdamOptions, Tensor};

const INPUTS: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const TARGETS: [f64; 4] = [0.0, 1.0, 1.0, 0.0];

fn train(x: &Tensor, y: &Tensor) -> rtffi::Result<Module> {
    let model = torch::module_sequential(&[
        torch::module_linear(2, 8, Default::default())?,
        torch::module_tanh()?,
        torch::module_linear(8, 1, Default::default())?,
        torch::module_sigmoid()?,
    ])?;
    let options = OptimAdamOptions { lr: 0.03, ..Default::default() };
    let optimizer = torch::optim_adam(&model.parameters()?, options)?;
    for step in 1..=300 {
        optimizer.zero_grad()?;
        let loss = torch::loss_mse(&model.forward(x)?, y)?;
        torch::autograd_backward(&loss)?;
        optimizer.step()?;
        if step % 50 == 0 {
            println!("step {step:4}: loss {:.6}", loss.item()?);
        }
    }
    Ok(model)
}

/// Whether it was learnt.
fn xor() -> rtffi::Result<bool> {
    torch::manual_seed(1)?;
    let x = torch::tensor_from_data(&INPUTS.concat(), &[4, 2])?;
    let y = torch::tensor_from_data(&TARGETS, &[4, 1])?;
    let mut outputs = [0_f32; 4];
    train(&x, &y)?.forward(&x)?.to_memory(&mut outputs)?;

    let mut loss = 0.0;
    let mut right = 0;
    for (([a, b], target), output) in INPUTS.into_iter().zip(TARGETS).zip(outputs) {
        println!("{a} xor {b} = {output:.4}");
        loss += (f64::from(output) - target).powi(2) / 4.0;
        right += i32::from((output > 0.5) == (target > 0.5));
    }
    println!("xor: accuracy {:.1} %, loss {loss:.4}", 25.0 * f64::from(right));
    Ok(right == 4 && loss < 0.01)
}

fn main() -> ExitCode {
    const MISSING: &str = "LibTorch is not available: ";
    if let Some(option) = std::env::args().nth(1) {
        eprintln!("xor: unknown option '{option}': it takes none");
        return ExitCode::from(2);
    }
    if let Err(error) = rtffi::open("torch", 0) {
        eprintln!("{MISSING}{error}");
        return ExitCode::FAILURE;
    }
    match xor() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where LibTorch is missing, that sentence alone, without the function that needed it.
            let message = error.to_string();
            match message.find(MISSING) {
                Some(at) => eprintln!("{}", &message[at..]),
                None => eprintln!("xor: {message}"),
            }
            ExitCode::FAILURE
        }
    }
}
