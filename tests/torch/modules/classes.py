"""How each module class of torch::nn is made for the comparison with Python's, and what it is run on."""

from typing import Any, NamedTuple

import torch

Tensors = list[Any]


class Nested(NamedTuple):
    """A module that is an argument of another's class."""

    name: str
    args: list[Any]
    options: dict[str, Any]


class Case(NamedTuple):
    args: list[Any]
    options: dict[str, Any]
    inputs: Tensors


# Options that Python's torch calls by another name.
RENAMED = {"lambda": "lambd"}


def x(*sizes: int) -> torch.Tensor:
    return torch.randn(*sizes)


def whole(below: int, *sizes: int) -> torch.Tensor:
    return torch.randint(below, sizes)


def signs(*sizes: int) -> torch.Tensor:
    return torch.randint(2, sizes).float() * 2 - 1


def case(*args: Any, inputs: Tensors, **options: Any) -> Case:
    return Case(list(args), options, inputs)


def pooled(dims: int, *sizes: int) -> Tensors:
    return list(getattr(torch.nn, f"MaxPool{dims}d")(2, return_indices=True)(x(*sizes)))


def activations() -> dict[str, Case]:
    matrix = [x(3, 4)]
    one_by_one: dict[str, tuple[list[Any], dict[str, Any]]] = {
        "CELU": ([], {"alpha": 0.5}),
        "ELU": ([], {"alpha": 1.5}),
        "GELU": ([], {"approximate": "tanh"}),
        "GLU": ([], {"dim": 1}),
        "Hardshrink": ([], {"lambda": 0.25}),
        "Hardtanh": ([], {"min_val": -0.5, "max_val": 2.0}),
        "Identity": ([], {}),
        "LeakyReLU": ([], {"negative_slope": 0.2}),
        "LogSigmoid": ([], {}),
        "LogSoftmax": ([1], {}),
        "Mish": ([], {}),
        "PReLU": ([], {"num_parameters": 4, "init": 0.1}),
        "RReLU": ([], {"lower": 0.2, "upper": 0.4}),
        "ReLU": ([], {}),
        "ReLU6": ([], {}),
        "SELU": ([], {}),
        "SiLU": ([], {}),
        "Sigmoid": ([], {}),
        "Softmax": ([0], {}),
        "Softmin": ([1], {}),
        "Softplus": ([], {"beta": 2.0, "threshold": 1.0}),
        "Softshrink": ([], {"lambda": 0.25}),
        "Softsign": ([], {}),
        "Tanh": ([], {}),
        "Tanhshrink": ([], {}),
        "Threshold": ([0.1, 20.0], {}),
    }
    cases = {name: Case(args, options, matrix) for name, (args, options) in one_by_one.items()}
    cases["Softmax2d"] = case(inputs=[x(2, 3, 4, 5)])
    return cases


def normalisations() -> dict[str, Case]:
    options = {"eps": 1e-3, "momentum": 0.2, "affine": True, "track_running_stats": True}
    cases = {
        f"{kind}{dims}d": Case([3], options, [x(4, 3, *[5, 2, 2][:dims])])
        for kind in ("BatchNorm", "InstanceNorm")
        for dims in (1, 2, 3)
    }
    for name, sizes in (
        ("Dropout", (8, 8)),
        ("Dropout2d", (8, 8, 2, 2)),
        ("Dropout3d", (8, 8, 2, 2, 2)),
        ("AlphaDropout", (8, 8)),
        ("FeatureAlphaDropout", (8, 8, 2)),
    ):
        cases[name] = case(p=0.3, inputs=[x(*sizes)])
    return cases | {
        "GroupNorm": case(2, 4, inputs=[x(3, 4, 5)]),
        "LayerNorm": case([4, 5], inputs=[x(3, 4, 5)]),
        "LocalResponseNorm": case(2, k=2.0, alpha=0.1, inputs=[x(2, 5, 4, 4)]),
        "CrossMapLRN2d": case(3, k=2, inputs=[x(2, 5, 4, 4)]),
    }


def shapes() -> dict[str, Case]:
    return {
        "Flatten": case(start_dim=0, end_dim=1, inputs=[x(2, 3, 4)]),
        "Unflatten": case(1, [2, 3], inputs=[x(2, 6)]),
        "PixelShuffle": case(2, inputs=[x(1, 8, 2, 3)]),
        "PixelUnshuffle": case(2, inputs=[x(1, 2, 4, 6)]),
        "Upsample": case(scale_factor=[2.0, 2.0], mode="bilinear", align_corners=True, inputs=[x(1, 2, 3, 4)]),
        "Fold": case([4, 5], 2, inputs=[x(1, 12, 12)]),
        "Unfold": case([2, 3], stride=2, inputs=[x(1, 2, 6, 7)]),
    }


def convolutions() -> dict[str, Case]:
    return {
        "Conv1d": case(4, 6, 3, padding="same", groups=2, inputs=[x(2, 4, 7)]),
        "Conv2d": case(3, 5, [3, 2], stride=2, padding=[1, 0], bias=False, padding_mode="circular", inputs=[x(2, 3, 7, 8)]),
        "Conv3d": case(2, 3, 2, dilation=2, inputs=[x(1, 2, 4, 5, 4)]),
        "ConvTranspose1d": case(2, 3, 3, stride=2, output_padding=1, inputs=[x(2, 2, 5)]),
        "ConvTranspose2d": case(2, 4, 3, groups=2, inputs=[x(2, 2, 4, 5)]),
        "ConvTranspose3d": case(2, 3, 2, inputs=[x(1, 2, 3, 3, 3)]),
    }


def pools() -> dict[str, Case]:
    line, image, volume = x(2, 3, 8), x(2, 3, 8, 6), x(1, 2, 6, 6, 4)
    cases = {
        f"Adaptive{kind}Pool{dims}d": case(3, inputs=[[line, image, volume][dims - 1]])
        for kind in ("Avg", "Max")
        for dims in (1, 2, 3)
    }
    return cases | {
        "AvgPool1d": case(2, stride=3, inputs=[line]),
        "AvgPool2d": case([2, 3], count_include_pad=False, padding=1, inputs=[image]),
        "AvgPool3d": case(2, divisor_override=5, inputs=[volume]),
        "MaxPool1d": case(3, ceil_mode=True, inputs=[line]),
        "MaxPool2d": case(2, inputs=[image]),
        "MaxPool3d": case(2, padding=1, inputs=[volume]),
        "LPPool1d": case(2.0, 3, inputs=[line.abs()]),
        "LPPool2d": case(3.0, 2, inputs=[image.abs()]),
        "FractionalMaxPool2d": case(2, output_size=[3, 2], inputs=[image]),
        "FractionalMaxPool3d": case(2, output_ratio=[0.5, 0.5, 0.5], inputs=[volume]),
        "MaxUnpool1d": case(2, inputs=pooled(1, 2, 3, 8)),
        "MaxUnpool2d": case(2, inputs=pooled(2, 2, 3, 8, 6)),
        "MaxUnpool3d": case(2, inputs=pooled(3, 1, 2, 6, 6, 4)),
        "ConstantPad1d": case([1, -2], 3.5, inputs=[line]),
        "ConstantPad2d": case(1, 0.5, inputs=[image]),
        "ConstantPad3d": case(2, 0.5, inputs=[volume]),
        "ReflectionPad1d": case([2, 1], inputs=[line]),
        "ReflectionPad2d": case(2, inputs=[image]),
        "ReflectionPad3d": case(1, inputs=[volume]),
        "ReplicationPad1d": case(2, inputs=[line]),
        "ReplicationPad2d": case(2, inputs=[image]),
        "ReplicationPad3d": case(2, inputs=[volume]),
        "ZeroPad2d": case([1, 0, 2, 1], inputs=[image]),
    }


def recurrent() -> dict[str, Case]:
    return {
        "Linear": case(3, 2, bias=False, inputs=[x(4, 3)]),
        "Bilinear": case(3, 2, 4, inputs=[x(5, 3), x(5, 2)]),
        "Embedding": case(7, 3, padding_idx=2, inputs=[whole(7, 2, 4)]),
        "EmbeddingBag": case(7, 3, mode="sum", inputs=[whole(7, 6), torch.tensor([0, 2, 5])]),
        "RNN": case(3, 4, nonlinearity="relu", num_layers=2, inputs=[x(5, 2, 3), x(2, 2, 4)]),
        "GRU": case(3, 4, bidirectional=True, inputs=[x(5, 2, 3)]),
        "LSTM": case(3, 4, batch_first=True, proj_size=2, num_layers=2, inputs=[x(2, 5, 3)]),
        "RNNCell": case(3, 4, inputs=[x(2, 3), x(2, 4)]),
        "GRUCell": case(3, 4, bias=False, inputs=[x(2, 3)]),
        "LSTMCell": case(3, 4, inputs=[x(2, 3)]),
    }


def attention() -> dict[str, Case]:
    options = {"dim_feedforward": 8, "activation": "gelu", "dropout": 0.0}
    encoder_layer = Nested("TransformerEncoderLayer", [4, 2], options)
    decoder_layer = Nested("TransformerDecoderLayer", [4, 2], options)
    norm = Nested("LayerNorm", [[4]], {})
    source, target = x(3, 2, 4), x(5, 2, 4)
    return {
        "MultiheadAttention": case(
            4, 2, kdim=3, vdim=3, add_zero_attn=True, add_bias_kv=True, inputs=[source, x(6, 2, 3), x(6, 2, 3)]
        ),
        "TransformerEncoderLayer": Case([4, 2], options, [source]),
        "TransformerDecoderLayer": Case([4, 2], options, [source, target]),
        "TransformerEncoder": case(encoder_layer, 2, norm=norm, inputs=[source]),
        "TransformerDecoder": case(decoder_layer, 2, inputs=[source, target]),
        "Transformer": Case(
            [], {"d_model": 4, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 2} | options, [source, target]
        ),
    }


def losses() -> dict[str, Case]:
    a, b, classes = x(4, 3), x(4, 3), whole(3, 4)
    p, q = a.sigmoid(), b.softmax(1)
    return {
        "L1Loss": case(reduction="sum", inputs=[a, b]),
        "MSELoss": case(reduction="none", inputs=[a, b]),
        "BCELoss": case(inputs=[p, q]),
        "BCEWithLogitsLoss": case(pos_weight=torch.full((3,), 2.0), inputs=[a, q]),
        "HuberLoss": case(delta=0.5, inputs=[a, b]),
        "SmoothL1Loss": case(inputs=[a, b]),
        "KLDivLoss": case(reduction="batchmean", log_target=True, inputs=[a.log_softmax(1), b.log_softmax(1)]),
        "NLLLoss": case(weight=torch.tensor([1.0, 2.0, 3.0]), inputs=[a.log_softmax(1), classes]),
        "CrossEntropyLoss": case(label_smoothing=0.1, ignore_index=1, inputs=[a, classes]),
        "PoissonNLLLoss": case(full=True, eps=1e-6, inputs=[a, b.abs()]),
        "MultiMarginLoss": case(p=2, inputs=[a, classes]),
        "MultiLabelMarginLoss": case(inputs=[a, whole(3, 4, 3)]),
        "MultiLabelSoftMarginLoss": case(inputs=[a, whole(2, 4, 3)]),
        "SoftMarginLoss": case(inputs=[a, signs(4, 3)]),
        "HingeEmbeddingLoss": case(margin=2.0, inputs=[a, signs(4, 3)]),
        "CosineEmbeddingLoss": case(margin=0.3, inputs=[a, b, signs(4)]),
        "MarginRankingLoss": case(inputs=[a, b, signs(4, 3)]),
        "TripletMarginLoss": case(swap=True, inputs=[a, b, x(4, 3)]),
        "TripletMarginWithDistanceLoss": case(margin=2.0, inputs=[a, b, x(4, 3)]),
        "CosineSimilarity": case(dim=0, inputs=[a, b]),
        "PairwiseDistance": case(p=1.0, inputs=[a, b]),
        "CTCLoss": case(
            blank=1, inputs=[x(6, 2, 4).log_softmax(2), whole(2, 2, 3) + 2, torch.full((2,), 6), torch.full((2,), 2)]
        ),
        "AdaptiveLogSoftmaxWithLoss": case(8, 10, [4, 7], div_value=2.0, inputs=[x(5, 8), whole(10, 5)]),
    }


def cases() -> dict[str, Case]:
    all_cases: dict[str, Case] = {}
    for group in (activations, normalisations, shapes, convolutions, pools, recurrent, attention, losses):
        all_cases |= group()
    return all_cases
