#include "record.hpp"

#include <limits>

#include "error.hpp"
#include "kept_text.hpp"
#include "provider.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

rt_status stub_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    *result = {RT_NONE, 0, 0, {0}};
    const Record &record = record_of(self);
    return guarded(self->name, [&] {
        // A provider that came back does not publish what it resolved before of its own accord.
        Outcome failure;
        if (resolve(self->name, failure) == self) {
            return rt_call(self, args, count, result);
        }
        const std::string plugin = record.plugin_name.load(std::memory_order_acquire);
        if (plugin == "host") {
            return fail(RT_E_UNAVAILABLE, "closed", "the host took this function back", self->name, plugin);
        }
        return fail(RT_E_UNAVAILABLE, "closed", joined({"the plugin '", plugin, "' that has this function was closed"}),
                    self->name, plugin);
    });
}

rt_status stub_named(const rt_function *self, const rt_value *args, const char *const *names, size_t count,
                     rt_value *result) {
    Outcome failure;
    // As above; where nobody came back, that says so.
    if (resolve(self->name, failure) != self) {
        return stub_dynamic(self, args, count, result);
    }
    return record_of(self).named.load(std::memory_order_acquire)(self, args, names, count, result);
}

// A native stub does not know whose it is. The number registers of an integer result and of a double differ, hence two.
constexpr const char *closed = "the plugin that has this function was closed";

std::int64_t stub_integer() {
    fail(RT_E_UNAVAILABLE, "closed", closed);
    return 0;
}

double stub_double() {
    fail(RT_E_UNAVAILABLE, "closed", closed);
    return std::numeric_limits<double>::quiet_NaN();
}

template <class T> void store(T &field, T value) { std::atomic_ref<T>(field).store(value, std::memory_order_release); }

} // namespace

Record *new_record(std::unique_ptr<SignatureInfo> info) {
    const char *name = keep_text(info->name);
    auto *record = new Record{};
    record->name = name;
    record->info = std::move(info);
    record->signature = record->info->text.c_str();
    record->doc = "";
    record->group = "";
    record->plugin_name = "";
    stub(*record);
    return record;
}

void revive(Record &record, const rt_function_desc &desc) {
    // A plugin's code reads its context as it pleases, so it is written only where it is another one.
    if (record.context != desc.context) {
        store(record.context, desc.context);
    }
    store(record.native, desc.native);
    store(record.dynamic, desc.dynamic);
    record.named.store(desc.named, std::memory_order_release);
}

void stub(Record &record) {
    const bool number = record.info->result.kind == Kind::f64;
    // Without a native entry callers take the dynamic one, whose stub can ask a provider again.
    if (record.native != nullptr) {
        store(record.native, number ? reinterpret_cast<rt_native_entry>(&stub_double)
                                    : reinterpret_cast<rt_native_entry>(&stub_integer));
    }
    store(record.dynamic, &stub_dynamic);
    record.named.store(record.info->variadic ? &stub_named : nullptr, std::memory_order_release);
}

} // namespace rt::core
