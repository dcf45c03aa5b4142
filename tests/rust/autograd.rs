//! Functions written in Rust that LibTorch runs: forward and backward of its autograd, and a hook.
#[path = "torch.rs"]
mod torch;

use std::sync::{Arc, Mutex};
use torch::{rtffi, Tensor};

fn tensor(data: &[f64]) -> Tensor {
    torch::tensor_from_data(data, &[data.len() as i64]).unwrap()
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    let mut out = vec![0.0; tensor.numel().unwrap() as usize];
    tensor.to_memory(&mut out).unwrap();
    out
}

/// x * x * x, with the derivative written out.
fn cube(x: &Tensor) -> rtffi::Result<Tensor> {
    let outputs = torch::autograd_apply(
        &[x],
        |context, inputs| {
            context.save_for_backward(&inputs)?;
            Ok(vec![inputs[0].pow(3.0)?])
        },
        |context, gradients| {
            let saved = &context.saved_tensors()?[0];
            let gradient = gradients[0].as_ref().expect("a gradient of the output");
            Ok(vec![Some(gradient.mul(&saved.pow(2.0)?.mul_scalar(3.0)?)?)])
        },
    )?;
    Ok(outputs[0].clone())
}

#[test]
fn an_autograd_function_in_rust_has_its_derivative() {
    let x = tensor(&[1.0, -2.0, 0.5]);
    torch::autograd_set_requires_grad(&x, true).unwrap();
    let y = cube(&x).unwrap();
    assert_eq!(numbers(&y), [1.0, -8.0, 0.125]);
    torch::autograd_backward(&y.sum_all().unwrap()).unwrap();
    let gradient = torch::autograd_grad(&x).unwrap().expect("x has a gradient");
    assert_eq!(numbers(&gradient), [3.0, 12.0, 0.75]);
}

#[test]
fn a_hook_sees_the_gradient_and_changes_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let x = tensor(&[2.0]);
    torch::autograd_set_requires_grad(&x, true).unwrap();
    let hook = move |gradient: Tensor| {
        log.lock().unwrap().extend(numbers(&gradient));
        gradient.mul_scalar(10.0).map(Some)
    };
    torch::autograd_register_hook(&x, hook).unwrap();
    torch::autograd_backward(&x.mul_scalar(4.0).unwrap().sum_all().unwrap()).unwrap();
    assert_eq!(*seen.lock().unwrap(), [4.0]);
    assert_eq!(numbers(&torch::autograd_grad(&x).unwrap().unwrap()), [40.0]);
}

#[test]
fn a_panic_in_backward_is_the_error_of_the_call() {
    let x = tensor(&[2.0]);
    torch::autograd_set_requires_grad(&x, true).unwrap();
    let y = torch::autograd_apply(&[&x], |_, inputs| Ok(inputs), |_, _| panic!("no way back")).unwrap();
    let error = torch::autograd_backward(&y[0].sum_all().unwrap()).unwrap_err();
    assert!(error.to_string().contains("the closure panicked: no way back"), "{error}");
}

#[test]
fn indices_and_options_of_any_kind() {
    let x = torch::tensor_from_data(&[1.0, 2.0, 3.0, 4.0], &[2, 2]).unwrap();
    x.index_put_(&[0_i64.into(), 1_i64.into()], 9.0).unwrap();
    assert_eq!(numbers(&x), [1.0, 9.0, 3.0, 4.0]);
    let layer = torch::module_linear(2, 1, torch::ModuleLinearOptions { bias: false }).unwrap();
    assert_eq!(layer.named_parameters().unwrap().0, ["weight"]);
    let error = torch::tensor_from_data(&[1.0], &[2, 2]).unwrap_err();
    assert_eq!(error.kind(), rtffi::ErrorKind::Argument);
}
