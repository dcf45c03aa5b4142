#include "operator_arguments.hpp"

#include <ATen/ATen.h>
#include <ATen/ScalarOps.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "arguments.hpp"
#include "constant_names.hpp"

namespace rt::libtorch {

namespace {

std::string_view text_in(const rt_value &value) {
    return {static_cast<const char *>(value.payload.pointer), static_cast<std::size_t>(value.size)};
}

// A handle's object of class T, as what holds it while the operator runs.
template <class T, class Take> bool with_object(const rt_value &value, Take take) {
    const Pin<T> pin(value.payload.integer);
    if (!pin) {
        return false;
    }
    take(*pin);
    return true;
}

bool read_value_handle(const rt_value &value, const SchemaType &type, c10::IValue &out) {
    bool fits = false;
    with_object<Value>(value, [&](const Value &held) {
        fits = type.type != nullptr && held.value.type<c10::Type>()->isSubtypeOf(*type.type);
        out = fits ? held.value : c10::IValue();
    });
    return fits;
}

bool read_any_handle(const rt_value &value, c10::IValue &out) {
    return with_object<at::Tensor>(value, [&](const at::Tensor &tensor) { out = tensor; }) ||
           with_object<Value>(value, [&](const Value &held) { out = held.value; }) ||
           with_object<at::Generator>(value, [&](const at::Generator &generator) { out = generator; });
}

bool read_handle(const rt_value &value, const SchemaType &type, c10::IValue &out) {
    switch (type.kind) {
    case SchemaKind::tensor:
        return with_object<at::Tensor>(value, [&](const at::Tensor &tensor) { out = tensor; }) ||
               read_value_handle(value, type, out);
    case SchemaKind::generator:
        return with_object<at::Generator>(value, [&](const at::Generator &generator) { out = generator; });
    case SchemaKind::stream:
        return with_object<Stream>(value, [&](const Stream &stream) { out = stream.stream; });
    case SchemaKind::any:
        return read_any_handle(value, out);
    default:
        return read_value_handle(value, type, out);
    }
}

bool read_number(const rt_value &value, c10::IValue &out) {
    switch (value.type) {
    case RT_INTEGER:
        out = value.payload.integer;
        return true;
    case RT_DOUBLE:
        out = value.payload.number;
        return true;
    case RT_BOOL:
        out = value.payload.integer != 0;
        return true;
    default:
        return false;
    }
}

// As Python has numbers: of no dimension, and their dtype gives way to that of a tensor.
bool read_wrapped_number(const rt_value &value, c10::IValue &out) {
    c10::IValue number;
    if (!read_number(value, number)) {
        return false;
    }
    at::Tensor tensor = at::scalar_to_tensor(number.toScalar());
    tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
    out = std::move(tensor);
    return true;
}

template <class T> bool take_named(const std::optional<T> &found, c10::IValue &out) {
    if (found) {
        out = static_cast<std::int64_t>(*found);
    }
    return found.has_value();
}

// LibTorch throws where there is no such device, which is a long way to say that another overload is meant.
bool names_device_type(std::string_view text) {
    const std::string_view type = text.substr(0, text.find(':'));
    for (int i = 0; i < c10::COMPILE_TIME_MAX_DEVICE_TYPES; i++) {
        const auto candidate = static_cast<c10::DeviceType>(i);
        if (c10::isValidDeviceType(candidate) && c10::DeviceTypeName(candidate, true) == type) {
            return true;
        }
    }
    return false;
}

bool read_device(std::string_view text, c10::IValue &out) {
    if (!names_device_type(text)) {
        return false;
    }
    try {
        const c10::Device device{std::string(text)};
        const std::size_t colon = text.find(':');
        out = device;
        // LibTorch cuts larger indices off.
        return colon == std::string_view::npos || text.substr(colon + 1) == std::to_string(device.index());
    } catch (const c10::Error &) {
        return false;
    }
}

bool read_text(std::string_view text, SchemaKind kind, c10::IValue &out) {
    switch (kind) {
    case SchemaKind::dtype:
        return take_named(find_dtype(text), out);
    case SchemaKind::layout:
        return take_named(find_layout(text), out);
    case SchemaKind::memory_format:
        return take_named(find_memory_format(text), out);
    case SchemaKind::device:
        return read_device(text, out);
    case SchemaKind::text:
    case SchemaKind::any:
        out = std::string(text);
        return true;
    default:
        return false;
    }
}

bool read_one(const rt_value &value, const SchemaType &type, Reading reading, c10::IValue &out) {
    const bool lenient = reading == Reading::lenient;
    if (value.type == RT_HANDLE) {
        return value.payload.integer != 0 && read_handle(value, type, out);
    }
    if (value.type == RT_TEXT) {
        return read_text(text_in(value), type.kind, out);
    }
    switch (type.kind) {
    case SchemaKind::integer:
        out = value.payload.integer;
        return value.type == RT_INTEGER || (lenient && value.type == RT_BOOL);
    case SchemaKind::floating:
        out = value.type == RT_DOUBLE ? value.payload.number : static_cast<double>(value.payload.integer);
        return value.type == RT_DOUBLE || value.type == RT_INTEGER;
    case SchemaKind::boolean: {
        const std::int64_t number = value.payload.integer;
        out = number != 0;
        return value.type == RT_BOOL || (lenient && value.type == RT_INTEGER && (number == 0 || number == 1));
    }
    case SchemaKind::number:
    case SchemaKind::any:
        return read_number(value, out);
    case SchemaKind::tensor: // not where it is written to: nobody would see it
        return lenient && !type.written && read_wrapped_number(value, out);
    default:
        return false;
    }
}

rt_value number_value(std::int64_t number) { return {RT_INTEGER, 0, 0, {number}}; }
rt_value handle_value(std::int64_t handle) { return {handle == 0 ? RT_NONE : RT_HANDLE, 0, 0, {handle}}; }
rt_value double_value(double number) {
    rt_value value = {RT_DOUBLE, 0, 0, {0}};
    value.payload.number = number;
    return value;
}

// The elements of an array of any kind, one at a time.
template <class Each> bool each_element(const rt_value &array, Each each) {
    const auto all = [&](const auto *items, auto make) {
        for (std::uint64_t i = 0; i < array.size; i++) {
            if (!each(make(items[i]))) {
                return false;
            }
        }
        return true;
    };
    const void *memory = array.payload.pointer;
    switch (array.type) {
    case RT_I64_ARRAY:
        return all(static_cast<const std::int64_t *>(memory), number_value);
    case RT_F64_ARRAY:
        return all(static_cast<const double *>(memory), double_value);
    case RT_BOOL_ARRAY:
        return all(static_cast<const unsigned char *>(memory),
                   [](unsigned char byte) { return rt_value{RT_BOOL, 0, 0, {byte != 0}}; });
    case RT_HANDLE_ARRAY:
        return all(static_cast<const std::int64_t *>(memory), handle_value);
    case RT_VALUES:
        return all(static_cast<const rt_value *>(memory), [](const rt_value &value) { return value; });
    default:
        return array.type == RT_BYTES && array.size == 0;
    }
}

bool read_list(const rt_value &value, const SchemaType &type, Reading reading, c10::IValue &out) {
    if (value.type == RT_HANDLE) { // a list that an operator gave as a value
        return value.payload.integer != 0 && read_value_handle(value, type, out);
    }
    c10::impl::GenericList list(type.element);
    SchemaType element;
    element.kind = type.kind;
    element.type = type.optional_elements ? nullptr : type.element;
    // A number among tensors is a mistake, as in Python.
    const Reading each = type.kind == SchemaKind::tensor ? Reading::strict : reading;
    const auto add = [&](const rt_value &item) {
        c10::IValue read;
        const bool none = item.type == RT_NONE || (item.type == RT_HANDLE && item.payload.integer == 0);
        if (!(type.optional_elements && none) && !read_one(item, element, each, read)) {
            return false;
        }
        list.push_back(std::move(read));
        return true;
    };
    const bool array = value.type >= RT_BYTES && value.type <= RT_VALUES;
    if (array ? !each_element(value, add) : !(type.one_serves_all && add(value))) {
        return false;
    }
    out = list;
    return true;
}

// Whether the handle is a live one of that class.
bool is_live(std::int64_t handle, const rt_class *wanted) {
    void **cell = detail::host->handle_pin(handle, wanted);
    if (cell != nullptr) {
        rt_unpin(detail::host, cell);
    }
    return cell != nullptr;
}

// The handle in `value` that is no live one of the class that is asked for.
std::optional<std::int64_t> bad_handle(const rt_value &value, const rt_class *wanted) {
    std::optional<std::int64_t> bad;
    const auto judge = [&](const rt_value &item) {
        if (item.type == RT_HANDLE && !is_live(item.payload.integer, wanted)) {
            bad = item.payload.integer;
        }
        return !bad;
    };
    if (value.type == RT_HANDLE) {
        judge(value);
    } else if (value.type >= RT_BYTES && value.type <= RT_VALUES) {
        each_element(value, judge);
    }
    return bad;
}

bool is_array(const rt_value &value) { return value.type >= RT_BYTES && value.type <= RT_VALUES; }

const char *damage_of_memory(const rt_value &value) {
    const auto address = reinterpret_cast<std::uintptr_t>(value.payload.pointer);
    const bool bytes = value.type == RT_TEXT || value.type == RT_BYTES || value.type == RT_BOOL_ARRAY;
    if (address == 0 && value.size != 0) {
        return "the pointer is null but the count is not 0";
    }
    if (value.size > static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(rt_value)) {
        return "the count is negative or larger than memory";
    }
    return !bytes && value.size != 0 && address % alignof(std::int64_t) != 0 ? "the pointer is not aligned" : nullptr;
}

bool is_dead(std::int64_t handle) {
    return !is_live(handle, ClassOf<at::Tensor>::record) && !is_live(handle, ClassOf<Value>::record) &&
           !is_live(handle, ClassOf<at::Generator>::record) && !is_live(handle, ClassOf<Stream>::record);
}

const rt_class *class_for(SchemaKind kind) {
    switch (kind) {
    case SchemaKind::tensor:
        return ClassOf<at::Tensor>::record;
    case SchemaKind::generator:
        return ClassOf<at::Generator>::record;
    case SchemaKind::stream:
        return ClassOf<Stream>::record;
    default:
        return ClassOf<Value>::record;
    }
}

std::string names_for(SchemaKind kind) {
    switch (kind) {
    case SchemaKind::dtype:
        return "the name of a dtype, such as float32 or int64";
    case SchemaKind::layout:
        return "the name of a layout, such as strided or sparse_coo";
    case SchemaKind::memory_format:
        return "the name of a memory format: contiguous_format, preserve_format, channels_last or channels_last_3d";
    case SchemaKind::device:
        return "the name of a device, such as cpu or cuda:0";
    default:
        return "";
    }
}

// Of one value, or of an element, whose own elements nobody reads.
const char *damage_of_one(const rt_value &value) {
    if (value.type == RT_BOOL) {
        return value.payload.integer == 0 || value.payload.integer == 1 ? nullptr : "a bool is 0 or 1";
    }
    if (value.type != RT_TEXT && !is_array(value)) {
        return nullptr;
    }
    if (const char *damage = damage_of_memory(value)) {
        return damage;
    }
    const auto *bytes = static_cast<const unsigned char *>(value.payload.pointer);
    const bool bad_bool = value.type == RT_BOOL_ARRAY &&
                          std::any_of(bytes, bytes + value.size, [](unsigned char byte) { return byte > 1; });
    return bad_bool ? "a bool is 0 or 1" : nullptr;
}

} // namespace

const char *damage_of(const rt_value &value) {
    const char *damage = damage_of_one(value);
    const auto *items = static_cast<const rt_value *>(value.payload.pointer);
    for (std::uint64_t i = 0; damage == nullptr && value.type == RT_VALUES && i < value.size; i++) {
        damage = damage_of_one(items[i]);
    }
    return damage;
}

std::optional<std::int64_t> dead_handle(const rt_value &value) {
    std::optional<std::int64_t> dead;
    const auto judge = [&](const rt_value &item) {
        if (item.type == RT_HANDLE && item.payload.integer != 0 && is_dead(item.payload.integer)) {
            dead = item.payload.integer;
        }
        return !dead;
    };
    if (is_array(value)) {
        each_element(value, judge);
    } else {
        judge(value);
    }
    return dead;
}

bool read_argument(const rt_value &value, const SchemaType &type, Reading reading, c10::IValue &out) {
    if (value.type == RT_NONE || (value.type == RT_HANDLE && value.payload.integer == 0)) {
        out = c10::IValue();
        return type.optional || type.kind == SchemaKind::any;
    }
    return type.list ? read_list(value, type, reading, out) : read_one(value, type, reading, out);
}

void refuse_argument(const char *signature, std::size_t index, const rt_value &value,
                     const SchemaParameter &parameter) {
    const rt_class *wanted = class_for(parameter.type.kind);
    const bool number = parameter.type.kind >= SchemaKind::number && parameter.type.kind <= SchemaKind::boolean;
    if (number && value.type == RT_HANDLE && !dead_handle(value)) {
        throw detail::Reported{
            detail::host->fail_argument(signature, index, RT_E_TYPE, "a number is needed, not an object")};
    }
    if (const std::optional<std::int64_t> bad = bad_handle(value, wanted)) {
        throw detail::Reported{detail::host->fail_handle(signature, index, *bad, wanted)};
    }
    if (value.type == RT_TEXT) {
        if (const std::string names = names_for(parameter.type.kind); !names.empty()) {
            const std::string message = "'" + printable(text_in(value)) + "' is not " + names;
            throw detail::Reported{detail::host->fail_argument(signature, index, RT_E_ARGUMENT, message.c_str())};
        }
    }
    throw detail::Reported{detail::host->fail_value(signature, index, &value)};
}

} // namespace rt::libtorch
