// record.hpp - function records: what hosts hold and call through.
//
// Note [Records live for ever]: a record is interned by name and signature and never freed. It is *published* while its
// symbol names it and a visible plugin (see registry.hpp). When the owner goes, both entries become stubs; when a plugin registers the same name
// and signature again, the same record comes back to life, so that a reload grows nothing and old pointers work again.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <rtffi/abi.h>

#include "signature.hpp"

struct rt_plugin;

namespace rt::core {

struct Symbol;

struct Record : rt_function {
    std::unique_ptr<SignatureInfo> info;
    std::atomic<const char *> doc;
    std::atomic<const char *> group;
    std::atomic<const char *> plugin_name; // of the present or last owner
    std::atomic<std::uint64_t> flags;
    std::atomic<decltype(rt_function_desc::named)> named; // null unless the signature is variadic
    Symbol *symbol;                                       // null for what is in no registry: callables
    Record *next;                                         // another signature of the same name
};

inline const Record &record_of(const rt_function *function) { return *static_cast<const Record *>(function); }

// A new record without owner, its entries stubs.
Record *new_record(std::unique_ptr<SignatureInfo> info);

// Points the record's entries at a plugin's code, or back at the stubs.
void revive(Record &record, const rt_function_desc &desc);
void stub(Record &record);

} // namespace rt::core
