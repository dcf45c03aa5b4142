// wrapper.hpp - a peer: LibTorch's functions as a C wrapper library exports them. A caller frees what it gets.
#pragma once

#pragma GCC visibility push(default)
extern "C" {

void *wrapper_add(const void *a, const void *b);
void *wrapper_relu(const void *a);
void *wrapper_matmul(const void *a, const void *b);
void wrapper_free(void *a);

} // extern "C"
#pragma GCC visibility pop
