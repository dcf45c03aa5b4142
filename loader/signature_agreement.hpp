// signature_agreement.hpp - whether a declaration from outside agrees with a registered function.
#pragma once

#include <rtffi/detail/signature_type.hpp>

namespace rt::core {

// Whether a type declared outside agrees with a registered one: they are equal, or i64 stands for a handle.
bool agrees(const Type &declared, const Type &registered);

} // namespace rt::core
