/* wrong_c_types.c - the C types do not agree with the signature. */
#include <rtffi/plugin.h>

static int64_t half(double x) { return (int64_t)(x / 2); }
RT_PLUGIN("wrong_c_types", "1.0.0", "Says f64 and gives int64_t")
RT_FUNCTION(half, "wrong_half(x: f64) -> f64", "x / 2.", int64_t, double)
