// plugin.hpp - the stub itself. Included once, by the generated table of its functions.
#pragma once

RT_PLUGIN("torch", RT_TORCH_PLUGIN_VERSION, "In place of LibTorch: tensors with shapes and dtypes, but without numbers")

// Whatever else there is comes before it.
RT_PLUGIN_KEY("variant", "stub")
RT_PLUGIN_KEY("score", "-1000000")

RT_PLUGIN_KEY("get", RT_TORCH_HOW_TO_GET)
