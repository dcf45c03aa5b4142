// operator_parameter.hpp - what a parameter or result of an operator's schema is, in rtffi's terms.
#pragma once

#include <ATen/core/function_schema.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rt::libtorch {

enum class SchemaKind : std::uint8_t {
    tensor,
    number, // Scalar
    integer,
    floating,
    boolean,
    text,
    dtype,
    layout,
    memory_format,
    device,
    generator,
    stream,
    any,
    value // all else: travels as a TorchValue
};

struct SchemaType {
    SchemaKind kind = SchemaKind::value; // of a list: its elements'
    bool optional = false;
    bool list = false;
    bool optional_elements = false;
    bool one_serves_all = false; // int[2]: one number stands for as many as are needed
    c10::TypePtr type;           // LibTorch's own, without the outer `?`
    c10::TypePtr element;        // of a list
    bool written = false;        // the operator writes to it
};

struct SchemaParameter {
    std::string name;
    SchemaType type;
    bool keyword_only = false;
    bool has_default = false;
    c10::IValue fallback;
};

SchemaType schema_type_of(const c10::Argument &argument);
std::vector<SchemaParameter> schema_parameters_of(const c10::FunctionSchema &schema);

// As a signature has it: `TorchTensor?`, `[i64]`, `any`.
std::string text_of(const SchemaType &type);

// Parameters as a signature lists them.
struct ParameterList {
    void add(const SchemaParameter &parameter, const std::string &word);

    std::string text;

  private:
    bool keyword_only_ = false;
};

// An operator's schema as a signature: `aten::add.Tensor(self: TorchTensor, other: TorchTensor, *, alpha: any = 1) -> TorchTensor`.
std::string signature_of(const std::string &name, const c10::FunctionSchema &schema,
                         const std::vector<SchemaParameter> &parameters);

// Whether it takes dimensions by their names, which have no place in a boxed call: LibTorch's schemas show them as texts.
bool takes_dimnames(const c10::FunctionSchema &schema);

} // namespace rt::libtorch
