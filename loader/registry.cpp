#include "registry.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "fork.hpp"
#include "kept_text.hpp"
#include "plugin.hpp"
#include "text.hpp"

namespace rt::core {

// One name. Immortal. What a look-up needs lies together: the text is behind the struct, and one of up to 32 characters
// in the same cache line.
struct alignas(64) Symbol {
    std::atomic<rt_plugin *> owner{nullptr}; // who has it now; null: nobody
    std::atomic<Record *> current{nullptr};  // the owner's record; stored before `owner`
    std::size_t length = 0;
    Record *records = nullptr; // one for each signature the name ever had; under the writer's mutex

    static constexpr std::size_t text_offset = 4 * sizeof(void *);

    const char *text() const { return reinterpret_cast<const char *>(this) + text_offset; }
    std::string_view name() const { return {text(), length}; }
};

namespace {

// Memory for symbols, never freed. They lie side by side, on few pages: a look-up that misses the address cache costs
// more than all else it does.
class SymbolMemory {
  public:
    Symbol *make(std::string_view name) {
        const std::size_t needed = std::max(sizeof(Symbol), Symbol::text_offset + name.size());
        const std::size_t size = (needed + alignof(Symbol) - 1) / alignof(Symbol) * alignof(Symbol);
        if (size > left_) {
            const std::size_t chunk = std::max(size, chunk_size);
            next_ = static_cast<char *>(::operator new(chunk, std::align_val_t{alignof(Symbol)}));
            left_ = chunk;
        }
        auto *symbol = ::new (static_cast<void *>(next_)) Symbol;
        symbol->length = name.size();
        std::memcpy(next_ + Symbol::text_offset, name.data(), name.size());
        next_ += size;
        left_ -= size;
        return symbol;
    }

  private:
    static constexpr std::size_t chunk_size = std::size_t{64} * 1024;

    char *next_ = nullptr;
    std::size_t left_ = 0;
};

// Open addressing. A bucket is one pointer: the table of 5,000 names takes 128 KB, and a collision costs a comparison.
struct Buckets {
    explicit Buckets(std::size_t size) : mask(size - 1), items(new std::atomic<const Symbol *>[size]) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<const Symbol *>[]> items;
};

struct Writer {
    std::mutex mutex;
    SymbolMemory memory;
    std::vector<Symbol *> symbols;
    std::vector<std::unique_ptr<Buckets>> tables; // the last one is in use
};

Writer &writer() {
    static Writer *const instance = new Writer;
    return *instance;
}

const ForkSafe registry_fork_safe(ForkRank::registry, [] { writer().mutex.lock(); }, [] { writer().mutex.unlock(); });

std::atomic<const Buckets *> current{nullptr};

std::uint64_t read8(const char *p) noexcept {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    return v;
}

__extension__ using Wide = unsigned __int128;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// A multiply-fold hash, 16 bytes a step; the last step overlaps. Names are no attacker's. No branch here or in same_text calls
// a function: a look-up then keeps nothing across calls, and saves no register.
[[gnu::always_inline]] inline std::uint64_t hash_of(std::string_view name) noexcept {
    constexpr std::uint64_t k0 = 0x9e3779b97f4a7c15U;
    constexpr std::uint64_t k1 = 0xd1b54a32d192ed03U;
    const char *p = name.data();
    const char *end = p + name.size();
    std::uint64_t h = k0 ^ name.size();
    if (name.size() >= 16) {
        for (; end - p > 16; p += 16) {
            h = mix(h ^ read8(p), k1 ^ read8(p + 8));
        }
        return mix(h ^ read8(end - 16), k1 ^ read8(end - 8));
    }
    if (name.size() >= 8) {
        return mix(h ^ read8(p), k1 ^ read8(end - 8));
    }
    std::uint64_t tail = 0;
    for (; p != end; p++) {
        tail = tail << 8 | static_cast<unsigned char>(*p);
    }
    return mix(h ^ tail, k1);
}

bool same16(const char *a, const char *b) noexcept {
    return ((read8(a) ^ read8(b)) | (read8(a + 8) ^ read8(b + 8))) == 0;
}

// In the same steps as the hash: names of 17 to 32 characters, which most are, take the same branches.
[[gnu::always_inline]] inline bool same_text(const char *a, const char *b, std::size_t n) noexcept {
    const char *end = b + n;
    if (n >= 16) {
        for (; end - b > 16; a += 16, b += 16) {
            if (!same16(a, b)) {
                return false;
            }
        }
        const std::ptrdiff_t back = 16 - (end - b);
        return same16(a - back, b - back);
    }
    if (n >= 8) {
        return read8(a) == read8(b) && read8(a + n - 8) == read8(end - 8);
    }
    while (b != end && *a == *b) {
        a++;
        b++;
    }
    return b == end;
}

[[gnu::always_inline]] inline const Symbol *find_symbol(const Buckets *buckets, std::string_view name,
                                                        std::uint64_t hash) noexcept {
    if (buckets == nullptr) {
        return nullptr;
    }
    for (std::size_t i = hash & buckets->mask;; i = (i + 1) & buckets->mask) {
        const Symbol *symbol = buckets->items[i].load(std::memory_order_acquire);
        if (symbol == nullptr) {
            return nullptr;
        }
        if (symbol->length == name.size() && same_text(symbol->text(), name.data(), name.size())) [[likely]] {
            return symbol;
        }
    }
}

void insert(Buckets &buckets, const Symbol *symbol) noexcept {
    std::size_t i = hash_of(symbol->name()) & buckets.mask;
    while (buckets.items[i].load(std::memory_order_relaxed) != nullptr) {
        i = (i + 1) & buckets.mask;
    }
    buckets.items[i].store(symbol, std::memory_order_release);
}

// The symbol of a name, made where it is missing. Under the writer's mutex.
Symbol &intern_symbol(Writer &w, std::string_view name) {
    if (const Symbol *found = find_symbol(current.load(std::memory_order_acquire), name, hash_of(name))) {
        return *const_cast<Symbol *>(found);
    }
    if (w.tables.empty() || (w.symbols.size() + 1) * 2 > w.tables.back()->mask + 1) {
        const std::size_t size = w.tables.empty() ? 1024 : (w.tables.back()->mask + 1) * 2;
        auto grown = std::make_unique<Buckets>(size);
        for (const Symbol *symbol : w.symbols) {
            insert(*grown, symbol);
        }
        w.tables.push_back(std::move(grown));
        current.store(w.tables.back().get(), std::memory_order_release);
    }
    w.symbols.push_back(nullptr); // the memory for it, before there is a symbol
    try {
        w.symbols.back() = w.memory.make(name);
    } catch (...) {
        w.symbols.pop_back();
        throw;
    }
    insert(*w.tables.back(), w.symbols.back());
    return *w.symbols.back();
}

// `context`: of a function of the host, whose earlier calls may still be about to read theirs; null: of a plugin, where no call is
// inside any more.
Record &intern_record(Symbol &symbol, std::unique_ptr<SignatureInfo> &info, void *const *context) {
    for (Record *r = symbol.records; r != nullptr; r = r->next) {
        if (r->info->text == info->text && (context == nullptr || r->context == *context)) {
            return *r;
        }
    }
    Record *record = new_record(std::move(info));
    record->symbol = &symbol;
    record->next = symbol.records;
    symbol.records = record;
    return *record;
}

[[gnu::always_inline]] inline const Record *published_record(const Symbol &symbol) noexcept {
    for (;;) {
        const rt_plugin *owner = symbol.owner.load(std::memory_order_acquire);
        if (owner == nullptr || !owner->visible.load(std::memory_order_acquire)) {
            return nullptr;
        }
        const Record *record = symbol.current.load(std::memory_order_acquire);
        if (symbol.owner.load(std::memory_order_acquire) == owner) [[likely]] {
            return record;
        }
    }
}

} // namespace

const Record *find_published(std::string_view name) noexcept {
    const Symbol *symbol = find_symbol(current.load(std::memory_order_acquire), name, hash_of(name));
    return symbol != nullptr ? published_record(*symbol) : nullptr;
}

const rt_plugin *owner_of(const Record &record) noexcept {
    const Symbol *symbol = record.symbol;
    if (symbol == nullptr || symbol->current.load(std::memory_order_acquire) != &record) {
        return nullptr;
    }
    return symbol->owner.load(std::memory_order_acquire);
}

[[gnu::cold]] Outcome stage(const rt_function_desc *desc, Staged &out) {
    if (desc == nullptr || desc->struct_size < offsetof(rt_function_desc, native_types) || desc->signature == nullptr ||
        desc->dynamic == nullptr) {
        return {RT_E_ARGUMENT, "bad_description",
                "a function's description needs struct_size, a signature and a dynamic entry"};
    }
    if (Outcome parsed = SignatureInfo::parse(desc->signature, out.info); !parsed) {
        return parsed;
    }
    out.desc = {};
    std::memcpy(&out.desc, desc, std::min(desc->struct_size, sizeof out.desc)); // an older plugin's ends earlier
    if (out.desc.native_types != nullptr && out.desc.native != nullptr) {
        if (Outcome types = check_native_types(out.desc.native_types, *out.info); !types) {
            return types;
        }
    }
    if (out.info->variadic != (out.desc.named != nullptr) || (out.info->variadic && out.desc.native != nullptr)) {
        return {RT_E_ARGUMENT, "bad_description",
                joined({"`", out.info->text,
                        "`: a function whose parameters are (...), and no other, has an entry for named "
                        "arguments, and no native one"})};
    }
    out.doc = desc->doc != nullptr ? desc->doc : "";
    out.group = desc->group != nullptr ? desc->group : "";
    return {};
}

[[gnu::cold]] Outcome publish(rt_plugin *plugin, const char *plugin_name, std::vector<Staged> &functions,
                              std::vector<Record *> &records) {
    Writer &w = writer();
    const std::lock_guard lock(w.mutex);
    if (records.capacity() - records.size() < functions.size()) {
        records.reserve(std::max(2 * records.size(), records.size() + functions.size()));
    }
    const std::size_t first = records.size();
    for (Staged &function : functions) {
        Symbol &symbol = intern_symbol(w, function.info->name);
        const rt_plugin *owner = symbol.owner.load(std::memory_order_relaxed);
        if (owner != nullptr && (owner != plugin || plugin->visible.load(std::memory_order_relaxed))) {
            records.resize(first);
            return {RT_E_BUSY, "name_clash",
                    joined({"the function ", symbol.name(), " is registered already, by the plugin '",
                            owner->name.load(std::memory_order_acquire), "'"})};
        }
        Record &record =
            intern_record(symbol, function.info, plugin == &host_plugin() ? &function.desc.context : nullptr);
        record.doc.store(keep_text(function.doc));
        record.group.store(keep_text(function.group));
        records.push_back(&record);
    }
    for (std::size_t i = 0; i < functions.size(); i++) {
        Record &record = *records[first + i];
        record.flags.store(functions[i].desc.flags, std::memory_order_relaxed);
        record.plugin_name.store(plugin_name, std::memory_order_release);
        revive(record, functions[i].desc);
        record.symbol->current.store(&record, std::memory_order_release);
        record.symbol->owner.store(plugin, std::memory_order_release);
    }
    return {};
}

void withdraw(const rt_plugin &plugin, std::span<Record *const> records) {
    const std::lock_guard lock(writer().mutex);
    for (Record *record : records) {
        // A publication that was broken off may not have come to all of them.
        if (record->symbol->owner.load(std::memory_order_relaxed) == &plugin) {
            record->symbol->owner.store(nullptr, std::memory_order_release);
            stub(*record);
        }
    }
}

[[gnu::cold]] std::vector<const Record *> published(std::string_view prefix) {
    std::vector<const Record *> found;
    {
        Writer &w = writer();
        const std::lock_guard lock(w.mutex);
        for (const Symbol *symbol : w.symbols) {
            const Record *record = symbol->name().starts_with(prefix) ? published_record(*symbol) : nullptr;
            if (record != nullptr) {
                found.push_back(record);
            }
        }
    }
    std::sort(found.begin(), found.end(),
              [](const Record *a, const Record *b) { return std::strcmp(a->name, b->name) < 0; });
    return found;
}

[[gnu::cold]] std::string nearest_name(std::string_view name) {
    NearestText nearest(name);
    for (const Record *record : published("")) {
        nearest.offer(record->name);
    }
    return nearest.best();
}

} // namespace rt::core
