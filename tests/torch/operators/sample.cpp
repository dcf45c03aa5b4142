#include "sample.hpp"

#include <ATen/core/jit_type.h>

#include <cstring>

#include "../support.hpp"

namespace operators {

namespace {

bool has(const std::string &name, std::initializer_list<const char *> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const char *p) { return name.find(p) != std::string::npos; });
}

// Numbers that are the same each time: a little of everything, and positive where an operator might divide or take a root.
at::Tensor numbers(const std::vector<std::int64_t> &shape, at::ScalarType dtype, std::size_t salt) {
    const at::Tensor flat = at::arange(1, 1 + c10::multiply_integers(shape), at::kDouble);
    const at::Tensor mixed = (flat * (7 + static_cast<double>(salt))).remainder(5) * 0.25 + 0.125;
    if (dtype == at::kBool) {
        return (mixed > 0.6).reshape(shape).clone();
    }
    const at::Tensor scaled = at::isFloatingType(dtype) || at::isComplexType(dtype) ? mixed : mixed.mul(3).floor();
    return scaled.to(dtype).reshape(shape).clone(); // no view: those collect gradients differently
}

c10::TypePtr inner_of(const c10::TypePtr &type) {
    return type->kind() == c10::TypeKind::OptionalType ? type->expectRef<c10::OptionalType>().getElementType() : type;
}

} // namespace

const std::vector<Profile> &profiles() {
    static const std::vector<Profile> all = {
        {"3x3 float32", {3, 3}, at::kFloat, false, 1, true},
        {"2x3 float64, transposed", {2, 3}, at::kDouble, true, 1, true},
        {"3 float32", {3}, at::kFloat, false, 0, true},
        {"no dimensions, float64", {}, at::kDouble, false, 0, true},
        {"2x3 int64", {2, 3}, at::kLong, false, 1, false},
        {"3 int64", {3}, at::kLong, false, 0, false},
        {"2x3 bool", {2, 3}, at::kBool, false, 1, false},
        {"2x4x4 float32", {2, 4, 4}, at::kFloat, false, 1, true},
        {"1x2x4x4 float32", {1, 2, 4, 4}, at::kFloat, false, 2, true},
        {"1x2x4x4x4 float32", {1, 2, 4, 4, 4}, at::kFloat, false, 1, true},
        {"2x0x3 float32", {2, 0, 3}, at::kFloat, false, 0, false},
        {"1x3 complex64", {1, 3}, at::kComplexFloat, false, 1, false},
        {"2x3 int32, transposed", {2, 3}, at::kInt, true, 0, false},
    };
    return all;
}

Sample::Sample(const c10::FunctionSchema &schema, const Profile &profile) : profile_(profile) {
    if (profile.absurd_seed) {
        absurd_.emplace(*profile.absurd_seed);
    }
    for (const c10::Argument &argument : schema.arguments()) {
        possible_ = possible_ && add(argument);
    }
}

bool Sample::add(const c10::Argument &argument) {
    if (argument.default_value().has_value() && (!absurd_ || absurd_->once_in(2))) {
        stack_.push_back(*argument.default_value());
        has_names_ = true; // what follows has to be named
        return true;
    }
    const c10::TypePtr type = inner_of(argument.real_type());
    c10::IValue direct;
    rt_value value = rt_none();
    const bool none = absurd_ && argument.type()->kind() == c10::TypeKind::OptionalType && absurd_->once_in(3);
    const bool made = none ? true
                      : type->kind() == c10::TypeKind::ListType
                          ? add_list(argument, inner_of(argument.type())->expectRef<c10::ListType>(), direct, value)
                          : add_one(argument.name(), type, direct, value);
    if (!made && argument.default_value().has_value()) {
        stack_.push_back(*argument.default_value());
        has_names_ = true;
        return true;
    }
    if (!made && argument.type()->kind() != c10::TypeKind::OptionalType) {
        return false;
    }
    has_names_ = has_names_ || argument.kwarg_only();
    stack_.push_back(std::move(direct));
    args_.push_back(value);
    names_.push_back(has_names_ ? argument.name().c_str() : nullptr);
    return true;
}

const Pair &Sample::make_absurd_tensor(Absurd &absurd, const std::string &name) {
    const bool index = has(name, {"index", "indices", "offsets"});
    const at::ScalarType dtype = index ? at::kLong : absurd.dtype();
    const at::Tensor direct =
        index ? at::zeros(absurd.shape(), at::kLong) : numbers(absurd.shape(), dtype, tensors_.size());
    return tensors_.emplace_back(direct, profile_.registry ? torch_test::from_at(direct) : rt::Handle());
}

const Pair &Sample::make_tensor(const std::string &name) {
    if (absurd_) {
        return make_absurd_tensor(*absurd_, name);
    }
    const std::size_t salt = tensors_.size();
    const bool index = has(name, {"index", "indices", "offsets"}) && name != "max_norm_indices";
    const at::ScalarType dtype = index ? at::kLong : name == "mask" || name == "condition" ? at::kBool : profile_.dtype;
    at::Tensor direct = index ? at::zeros({2}, at::kLong) : numbers(profile_.shape, dtype, salt);
    rt::Handle handle = profile_.registry ? torch_test::from_at(direct) : rt::Handle();
    if (profile_.transposed && !index && direct.dim() >= 2) {
        direct = direct.transpose(0, 1);
        handle =
            profile_.registry ? rt::call<rt::Handle>("rt_torch_torchtensor_transpose", handle, 0, 1) : rt::Handle();
    }
    if (profile_.gradients && at::isFloatingType(dtype)) {
        direct.requires_grad_(true);
        if (profile_.registry) {
            rt::call("rt_torch_autograd_set_requires_grad", handle, true);
        }
    }
    return tensors_.emplace_back(std::move(direct), std::move(handle));
}

std::int64_t Sample::integer_for(const std::string &name) {
    return absurd_                                ? absurd_->integer()
           : has(name, {"dim", "axis"})           ? (name == "dim1" || name == "dim2" ? 1 : 0)
           : has(name, {"num_", "steps", "size"}) ? 3
           : name == "groups"                     ? 1
                                                  : profile_.integer;
}

std::vector<std::int64_t> Sample::integers_for(const std::string &name, std::size_t count) {
    if (absurd_) {
        return absurd_->integers(count);
    }
    if (has(name, {"size", "shape"}) && !has(name, {"kernel", "output"})) {
        return profile_.shape;
    }
    if (name == "dims" || name == "dim") {
        return {0};
    }
    const std::int64_t each = has(name, {"kernel", "output_size"}) ? 2 : has(name, {"pad", "dim"}) ? 0 : 1;
    return std::vector<std::int64_t>(count == 0 ? 1 : count, each);
}

bool Sample::add_one(const std::string &name, const c10::TypePtr &type, c10::IValue &direct, rt_value &value) {
    switch (type->kind()) {
    case c10::TypeKind::TensorType: {
        const Pair &tensor = make_tensor(name);
        direct = tensor.direct;
        value = rt_handle(tensor.handle.get());
        return true;
    }
    case c10::TypeKind::NumberType:
    case c10::TypeKind::FloatType: {
        const double number = absurd_ ? absurd_->number() : 0.5;
        direct = number;
        value = rt_f64(number);
        return true;
    }
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: {
        const std::int64_t number = integer_for(name);
        direct = number;
        value = rt_i64(number);
        return true;
    }
    case c10::TypeKind::BoolType: {
        const bool yes = absurd_ && absurd_->once_in(2);
        direct = yes;
        value = rt_bool(yes);
        return true;
    }
    case c10::TypeKind::ScalarTypeType: {
        const torch_test::Dtype dtype = absurd_ ? absurd_->named_dtype() : torch_test::Dtype{at::kDouble, "float64"};
        direct = static_cast<std::int64_t>(dtype.type);
        value = rt_memory(RT_TEXT, dtype.name, std::strlen(dtype.name));
        return true;
    }
    case c10::TypeKind::LayoutType:
        direct = static_cast<std::int64_t>(at::kStrided);
        value = rt_memory(RT_TEXT, "strided", 7);
        return true;
    case c10::TypeKind::MemoryFormatType:
        direct = static_cast<std::int64_t>(at::MemoryFormat::Contiguous);
        value = rt_memory(RT_TEXT, "contiguous_format", 17);
        return true;
    case c10::TypeKind::DeviceObjType:
        direct = c10::Device(at::kCPU);
        value = rt_memory(RT_TEXT, "cpu", 3);
        return true;
    case c10::TypeKind::StringType:
        texts_.emplace_back(absurd_                                   ? absurd_->text()
                            : name == "reduce" || name == "reduction" ? "sum"
                            : name == "equation"                      ? "ij"
                                                                      : "none");
        direct = texts_.back();
        value = rt_memory(RT_TEXT, texts_.back().data(), texts_.back().size());
        return true;
    default:
        return false;
    }
}

bool Sample::add_list(const c10::Argument &argument, const c10::ListType &type, c10::IValue &direct, rt_value &value) {
    const c10::TypePtr &element = type.getElementType();
    const std::size_t count = argument.N().has_value() ? static_cast<std::size_t>(*argument.N()) : 0;
    c10::impl::GenericList list(element);
    switch (inner_of(element)->kind()) {
    case c10::TypeKind::TensorType: {
        std::vector<rt_value> handles;
        for (std::size_t i = 0, n = list_size(2); i < n; i++) {
            const Pair &tensor = make_tensor(argument.name());
            list.push_back(tensor.direct);
            handles.push_back(rt_handle(tensor.handle.get()));
        }
        values_.push_back(std::move(handles));
        value = rt_memory(RT_VALUES, values_.back().data(), values_.back().size());
        break;
    }
    case c10::TypeKind::IntType:
        integers_.push_back(integers_for(argument.name(), count));
        for (const std::int64_t number : integers_.back()) {
            list.push_back(number);
        }
        value = rt_memory(RT_I64_ARRAY, integers_.back().data(), integers_.back().size());
        break;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::NumberType:
        doubles_.push_back({0.5, 1.5});
        for (double &number : doubles_.back()) {
            number = absurd_ ? absurd_->number() : number;
            list.push_back(number);
        }
        value = rt_memory(RT_F64_ARRAY, doubles_.back().data(), 2);
        break;
    case c10::TypeKind::BoolType:
        bools_.emplace_back(count == 0 ? 2 : count, static_cast<unsigned char>(1));
        for (std::size_t i = 0; i < bools_.back().size(); i++) {
            list.push_back(true);
        }
        value = rt_memory(RT_BOOL_ARRAY, bools_.back().data(), bools_.back().size());
        break;
    default:
        return false;
    }
    direct = list;
    return true;
}

} // namespace operators
