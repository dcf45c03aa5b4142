// operators.cpp - every operator that LibTorch's dispatcher holds, by its own name: a provider for `aten::`, and for the names of
// all other libraries that register operators.
#include "guarded.hpp"
#include "operator.hpp"
#include "operator_call.hpp"
#include "value.hpp"

namespace rt::libtorch {

namespace {

// What a description's texts live in until the next one; providers are asked by one thread at a time.
struct Texts {
    std::string signature;
    std::string doc;
};

std::string doc_of(const c10::FunctionSchema &schema) {
    std::string doc = "LibTorch's operator " + ::c10::toString(schema);
    return takes_dimnames(schema) ? doc + ". Cannot be called: it takes dimensions by name." : doc;
}

std::string doc_of(const OverloadSet &set) {
    std::string doc = "LibTorch's operator; its overloads:";
    for (const Operator *op : set.overloads) {
        doc += (op == set.overloads.front() ? " " : ", ") + op->name;
    }
    return doc;
}

rt_status describe(const OperatorOrSet &found, rt_function_desc &out) {
    static Texts *const texts = new Texts;
    out.group = "operators";
    if (found.one != nullptr) {
        texts->doc = doc_of(*found.one->schema);
        out.signature = found.one->signature.c_str();
        const bool variadic = found.one->variadic;
        out.dynamic = variadic ? call_variadic : call_operator;
        out.named = variadic ? call_variadic_named : nullptr;
        out.context = found.one;
    } else {
        texts->doc = doc_of(*found.set);
        out.signature = found.set->signature.c_str();
        out.dynamic = call_overloads;
        out.named = call_overloads_named;
        out.context = found.set;
    }
    out.doc = texts->doc.c_str();
    return RT_OK;
}

rt_status resolve(void *, const char *name, rt_function_desc *out) {
    return guarded([&]() -> rt_status {
        const OperatorOrSet found = find_operator(name);
        if (found.one == nullptr && found.set == nullptr) {
            return detail::host->fail(nullptr, RT_E_NOT_FOUND, "not_provided", no_such_operator(name).c_str());
        }
        return describe(found, *out);
    });
}

rt_status each(void *, const char *begin, bool (*visit)(void *, const rt_function_desc *), void *data) {
    return guarded([&]() -> rt_status {
        for (const std::string &name : operator_names(begin)) {
            const c10::FunctionSchema &schema = dispatcher_schema(name);
            const Texts texts{signature_of(name, schema, schema_parameters_of(schema)), doc_of(schema)};
            rt_function_desc desc = {};
            desc.struct_size = sizeof desc;
            desc.signature = texts.signature.c_str();
            desc.doc = texts.doc.c_str();
            desc.group = "operators";
            if (!visit(data, &desc)) {
                break;
            }
        }
        return RT_OK;
    });
}

} // namespace

RT_PROVIDER("aten::", resolve, each, nullptr)
RT_PROVIDER("::", resolve, each, nullptr)

} // namespace rt::libtorch
