#include "peers.hpp"

#ifdef RTFFI_BENCH_TVM_FFI
#include <cstring>

#include <tvm/ffi/c_api.h>
#include <tvm/ffi/function.h>
#include <tvm/ffi/memory.h>
#include <tvm/ffi/object.h>

namespace {

class NumberObject : public tvm::ffi::Object {
  public:
    std::int64_t value = 0;
    TVM_FFI_DECLARE_OBJECT_INFO_FINAL("rtffi.bench.Number", NumberObject, tvm::ffi::Object);
};

class Number : public tvm::ffi::ObjectRef {
  public:
    explicit Number(std::int64_t value) {
        auto node = tvm::ffi::make_object<NumberObject>();
        node->value = value;
        data_ = std::move(node);
    }
    TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(Number, tvm::ffi::ObjectRef, NumberObject);
};

TVMFFIObjectHandle raw_object(const tvm::ffi::Object *object) { return const_cast<tvm::ffi::Object *>(object); }

TVMFFIObjectHandle raw(const tvm::ffi::Function &function) { return raw_object(function.get()); }

void call(TVMFFIObjectHandle function, TVMFFIAny *args, std::int64_t repetitions) {
    TVMFFIAny result{};
    for (std::int64_t i = 0; i < repetitions; i++) {
        result.type_index = kTVMFFINone;
        result.v_int64 = 0;
        TVMFFIFunctionCall(function, args, 2, &result);
        bench::keep(result.v_int64);
    }
}

} // namespace

bool bench::add_call_peers(std::vector<Variant> &variants) {
    using tvm::ffi::Function;
    static const Function add = Function::FromTyped([](std::int64_t a, std::int64_t b) { return a + b; });
    static const Function add_objects =
        Function::FromTyped([](const Number &a, const Number &b) { return a->value + b->value; });
    static const Number a(3);
    static const Number b(4);
    static TVMFFIAny integers[2] = {};
    static TVMFFIAny objects[2] = {};
    for (int i = 0; i < 2; i++) {
        integers[i].type_index = kTVMFFIInt;
        integers[i].v_int64 = 3 + i;
        const Number &number = i == 0 ? a : b;
        objects[i].type_index = number->type_index();
        objects[i].v_obj = static_cast<TVMFFIObject *>(raw_object(number.get()));
    }
    variants.push_back({"tvm-ffi (int, int)", [](std::int64_t n) { call(raw(add), integers, n); }});
    variants.push_back({"tvm-ffi (object, object)", [](std::int64_t n) { call(raw(add_objects), objects, n); }});
    return true;
}

bool bench::add_lookup_peers(std::vector<Variant> &variants, const std::vector<const char *> &names) {
    for (const char *name : names) {
        tvm::ffi::Function::SetGlobal(
            name, tvm::ffi::Function::FromTyped([](std::int64_t a, std::int64_t b) { return a + b; }));
    }
    variants.push_back({"tvm-ffi: TVMFFIFunctionGetGlobal", [&names](std::int64_t n) {
                            bench::each(names, n, [](const char *name) {
                                const TVMFFIByteArray text = {name, std::strlen(name)};
                                TVMFFIObjectHandle found = nullptr;
                                TVMFFIFunctionGetGlobal(&text, &found);
                                TVMFFIObjectDecRef(found);
                            });
                        }});
    return true;
}

#else

bool bench::add_call_peers(std::vector<Variant> &) { return false; }
bool bench::add_lookup_peers(std::vector<Variant> &, const std::vector<const char *> &) { return false; }

#endif
