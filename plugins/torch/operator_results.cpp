#include "operator_results.hpp"

#include "constant_names.hpp"

namespace rt::libtorch {

namespace {

template <class T> void give_vector(std::vector<T> &&list, rt_value &out) {
    Result<std::vector<T>>::dynamic(out, std::move(list));
}

void give_tensor(at::Tensor &&tensor, rt_value &out) {
    out = {RT_HANDLE, 0, 0, {tensor.defined() ? make_handle(std::move(tensor)) : 0}};
}

bool all_defined(c10::ArrayRef<c10::IValue> list) {
    return std::all_of(list.begin(), list.end(),
                       [](const c10::IValue &item) { return item.isTensor() && item.toTensor().defined(); });
}

void give_tensors(c10::ArrayRef<c10::IValue> list, rt_value &out) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(list.size());
    for (const c10::IValue &item : list) {
        tensors.push_back(item.toTensor());
    }
    give_vector(std::move(tensors), out);
}

void give_values(c10::ArrayRef<c10::IValue> list, rt_value &out) {
    detail::NewValues values(list.size());
    for (std::size_t i = 0; i < list.size(); i++) {
        give_result(c10::IValue(list[i]), values[i]);
    }
    values.hand_out(out);
}

std::vector<bool> bools_of(c10::ArrayRef<c10::IValue> list) {
    std::vector<bool> bools;
    for (const c10::IValue &item : list) {
        bools.push_back(item.toBool());
    }
    return bools;
}

void give_bools(c10::ArrayRef<c10::IValue> list, rt_value &out) {
    const std::vector<bool> packed = bools_of(list);
    const std::vector<unsigned char> bytes(packed.begin(), packed.end());
    detail::give_copy(out, RT_BOOL_ARRAY, bytes.data(), bytes.size(), 1);
}

void give_list(const c10::IValue &value, rt_value &out) {
    const c10::ArrayRef<c10::IValue> list = value.toListRef();
    switch (value.toList().elementType()->kind()) {
    case c10::TypeKind::TensorType:
        return all_defined(list) ? give_tensors(list, out) : give_values(list, out);
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
        return give_vector(value.toIntVector(), out);
    case c10::TypeKind::FloatType:
        return give_vector(value.toDoubleVector(), out);
    case c10::TypeKind::BoolType:
        return give_bools(list, out);
    case c10::TypeKind::StringType:
    case c10::TypeKind::NumberType:
    case c10::TypeKind::OptionalType:
        return give_values(list, out);
    default:
        return Result<Value>::dynamic(out, Value{value});
    }
}

// A dtype is an integer to the dispatcher, and a name to the host.
void give_return(const c10::Argument &declared, c10::IValue &&value, rt_value &out) {
    if (value.isInt() && declared.real_type()->kind() == c10::TypeKind::ScalarTypeType) {
        Result<std::string>::dynamic(out, name_of(static_cast<at::ScalarType>(value.toInt())));
    } else {
        give_result(std::move(value), out);
    }
}

} // namespace

void give_result(c10::IValue &&value, rt_value &out) {
    if (value.isTensor()) {
        give_tensor(std::move(value).toTensor(), out);
    } else if (value.isNone()) {
        out = {RT_NONE, 0, 0, {0}};
    } else if (value.isInt()) {
        Result<std::int64_t>::dynamic(out, value.toInt());
    } else if (value.isDouble()) {
        Result<double>::dynamic(out, value.toDouble());
    } else if (value.isBool()) {
        Result<bool>::dynamic(out, value.toBool());
    } else if (value.isString()) {
        Result<std::string>::dynamic(out, value.toStringRef());
    } else if (value.isDevice()) {
        Result<std::string>::dynamic(out, value.toDevice().str());
    } else if (value.isGenerator()) {
        Result<at::Generator>::dynamic(out, std::move(value).toGenerator());
    } else if (value.isList()) {
        give_list(value, out);
    } else if (value.isTuple()) {
        give_values(value.toTupleRef().elements(), out);
    } else {
        Result<Value>::dynamic(out, Value{std::move(value)});
    }
}

void give_results(const std::vector<c10::Argument> &returns, ::torch::jit::Stack &stack, rt_value &out) {
    const bool as_declared = returns.size() == stack.size();
    if (stack.size() == 1) {
        return as_declared ? give_return(returns[0], std::move(stack[0]), out) : give_result(std::move(stack[0]), out);
    }
    if (stack.empty()) {
        out = {RT_NONE, 0, 0, {0}};
        return;
    }
    detail::NewValues values(stack.size());
    for (std::size_t i = 0; i < stack.size(); i++) {
        as_declared ? give_return(returns[i], std::move(stack[i]), values[i])
                    : give_result(std::move(stack[i]), values[i]);
    }
    values.hand_out(out);
}

} // namespace rt::libtorch
