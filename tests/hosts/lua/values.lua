-- The binding of the plugin `values`, whose functions say what they were given.
local cases, values, ffi = require("cases"), require("values_binding"), require("ffi")
local case, equal, raises = cases.case, cases.equal, cases.raises
local rtffi = values.rtffi

case("numbers, booleans and texts go in and come out", function()
    equal(values.negate(true), false)
    equal(values.next_i32(41), 42)
    equal(values.minus(2 ^ 53, 1), 2 ^ 53 - 1)
    equal(values.half(3), 1.5)
    equal(values.twice("a\0b"), "a\0ba\0b")
    equal(values.length(""), 0)
    equal(values.twice("zwölf"), "zwölfzwölf")
end)

case("whole numbers that Lua's cannot hold are int64_t", function()
    local largest = 0x7fffffffffffffffLL
    equal(values.minus(largest, 0), largest)
    equal(values.minus(2 ^ 53, -1), 2 ^ 53 + 1LL)
    equal(values.minus(0xffffffffULL, 0), 4294967295)
    equal(type(values.minus(largest, largest)), "number")
end)

case("a list is a table or an array of the FFI's, of which nothing is copied", function()
    equal(values.reversed({ 1, 2, 3 }), { 3, 2, 1 })
    equal(values.reversed({}), {})
    equal(values.reversed(ffi.new("int64_t[3]", 1, 2, 3)), { 3, 2, 1 })
    equal(values.scaled({ 1, 2.5 }, 2), { 2, 5 })
    equal(values.scaled(ffi.new("double[?]", 2, 3), 2), { 6, 6 })
    equal(values.count_true({ true, false, true }), 2)
    equal(values.count_values({ 1, "two", { n = 2 } }), 3)
    equal(values.count_texts({ "a", "b" }), 2)
    equal(values.split("two words"), { "two", "words" })
    equal(values.reversed_bytes("\0\1\255"), "\255\1\0")
    equal(values.reversed_bytes(ffi.new("uint8_t[3]", 1, 2, 3)), "\3\2\1")
end)

case("a function fills an array of the FFI's", function()
    local whole, numbers, bytes = ffi.new("int64_t[3]"), ffi.new("double[2]"), ffi.new("uint8_t[4]")
    values.fill_i64(whole, 5)
    values.fill_f64(numbers, 0.5)
    values.fill_bytes(bytes, 7)
    equal({ tonumber(whole[0]), tonumber(whole[2]), numbers[1], bytes[3] }, { 5, 7, 0.5, 7 })
    raises("RT_E_TYPE", "argument 1 (out): expected mut [i64], got a table", values.fill_i64, { 1, 2 }, 5)
    raises("RT_E_TYPE", "got a ctype<const int64_t [3]>", values.fill_i64, ffi.new("const int64_t[3]"), 5)
    raises("RT_E_TYPE", "got a ctype<int [3]>", values.fill_i64, ffi.new("int32_t[3]"), 5)
end)

case("objects are equal to themselves, and nil where there is none", function()
    local box = values.box(3)
    equal(values.unbox(box), 3)
    equal(box, box)
    equal(box == values.box(3), false)
    equal(box == nil, false)
    equal(values.box_positive(-1), nil)
    equal(values.unbox_or(nil), -1)
    equal(values.unbox_or(nil, { otherwise = 5 }), 5)
    equal(values.unbox_or(nil, 6), 6)
    equal(values.sum_boxes({ box, box, values.box(1) }), 7)
    equal(values.unbox(values.boxes(3)[3]), 20)
    equal(tostring(box):match("^ValuesBox 0x%x+$") ~= nil, true)
end)

case("what is none is nil, and several results are several results", function()
    equal(values.half_or_none(nil), nil)
    equal(values.half_or_none(5), 2.5)
    local whole, number, text, box = values.four(7)
    equal({ whole, number, text, values.unbox(box) }, { 7, 3.5, "7", 7 })
end)

case("any takes what Lua has", function()
    local forms = { true, 1, 1.5, values.box(1) }
    equal(values.tag_of(nil), 0)
    for tag, form in ipairs(forms) do
        equal(values.tag_of(form), tag)
    end
    equal(values.tag_of("text"), 6)
    equal(values.tag_of(ffi.new("double", 2)), 3)
    equal(values.tag_of({ 1, 2 }), 8)
    equal(values.tag_of({ 1, 2.5 }), 9)
    equal(values.tag_of({ true }), 10)
    equal(values.tag_of({ values.box(1) }), 11)
    equal(values.tag_of({ 1, "x" }), 12)
    equal(values.same({ 1, { 2, "x" }, "y" }), { 1, { 2, "x" }, "y" })
    equal(values.same({ n = 2 }), { n = 2 })
end)

case("a pointer is void *", function()
    local memory = ffi.new("int[1]")
    equal(values.same_pointer(memory), ffi.cast("void *", memory))
end)

case("a Lua function is called back, and its error comes out again", function()
    equal(values.apply(function(x)
        return x * x
    end, 3), 9)
    local mine = setmetatable({}, {
        __tostring = function()
            return "mine"
        end,
    })
    local why = raises("RT_E_CALLEE", "mine", values.apply, function()
        error(mine)
    end, 1)
    equal({ why.cause, why.origin == mine }, { "lua_error", true })
    why = raises("RT_E_TYPE", "expected i64", values.apply, function()
        return values.minus("a", 1)
    end, 1)
    equal(why.origin.code, "RT_E_TYPE")
    raises("RT_E_TYPE", "gave a function", values.apply, function()
        return print
    end, 1)
    raises("RT_E_CALLEE", "attempt to yield", coroutine.wrap(function()
        return values.apply(coroutine.yield, 1)
    end))
end)

case("callbacks from loops, and in callbacks", function()
    local sum = 0
    for i = 1, 3000 do
        values.apply(function(x)
            sum = sum + x
            return x
        end, i)
    end
    equal(sum, 4501500)
    local function down(x)
        return x > 0 and values.apply(down, x - 1) + 1 or 0
    end
    equal(down(20), 20)
end)

case("nothing of callbacks stays", function()
    local weak = setmetatable({}, { __mode = "v" })
    cases.leaves_nothing(rtffi, function()
        for i = 1, 500 do
            local function body(x)
                return x + i
            end
            weak[i] = body
            values.apply(body, 1)
        end
    end)
    local alive = 0
    for _ in pairs(weak) do
        alive = alive + 1
    end
    equal(alive < 200, true)
end)

case("the memory of results is given back", function()
    local text = ("x"):rep(2 ^ 20)
    local function resident()
        return tonumber(io.open("/proc/self/statm"):read("*a"):match("^%d+ (%d+)")) * 4096
    end
    local before = resident()
    for _ = 1, 200 do
        values.length(values.twice(text))
        collectgarbage()
    end
    equal(resident() - before < 2 ^ 27, true)
end)

case("wrong arguments are errors that say what was expected", function()
    raises("RT_E_TYPE", "argument 1 (a): expected i64, got a double", values.minus, 2.5, 1)
    raises("RT_E_TYPE", "argument 1 (a): expected i64, got a text", values.minus, "2", 1)
    raises("RT_E_TYPE", "argument 2 (b): expected i64, got none", values.minus, 2)
    raises("RT_E_ARGUMENT", "takes 2 arguments, got 3", rtffi.call, "v_minus", 1, 2, 3)
    raises("RT_E_TYPE", "expected i64, got a function", values.minus, print, 1)
    raises("RT_E_TYPE", "expected i64, got a thread", values.minus, coroutine.create(print), 1)
    raises("RT_E_TYPE", "expected [i64], got an array of values", values.reversed, { 1, "x" })
    raises("RT_E_ARGUMENT", "no parameter 'othrwise'", values.unbox_or, nil, { othrwise = 1 })
    raises("RT_E_ARGUMENT", "otherwise is given twice", values.unbox_or, nil, 1, { otherwise = 1 })
    raises("RT_E_HANDLE", "ValuesBox", values.unbox, values.small(1))
    raises("RT_E_NOT_FOUND", "v_nothing", rtffi.call, "v_nothing")
    local why = raises("RT_E_NOT_FOUND", "no plugin", rtffi.open, "nosuchplugin")
    equal(getmetatable(why), rtffi.Error)
end)

case("what is too much is an error that says the signature, whatever it is", function()
    local minus = "v_minus: takes 2 arguments, got 3; the function is `v_minus(a: i64, b: i64) -> i64`"
    raises("RT_E_ARGUMENT", minus, values.minus, 1, 2, 3)
    raises("RT_E_ARGUMENT", minus, values.minus, 1, 2, { 3 })
    raises("RT_E_ARGUMENT", "there is no parameter 'c'; the function is `v_minus(", values.minus, 1, 2, { c = 3 })
    local box, small = values.box(1), values.small(1)
    raises("RT_E_ARGUMENT", "v_small_plus: takes 2 arguments, got 3", small.plus, small, 1, 2)
    raises("RT_E_ARGUMENT", "v_unbox_or: takes 2 arguments, got 3", values.unbox_or, box, 1, 2)
    raises("RT_E_ARGUMENT", "v_unbox_or: takes 2 arguments, got 3", values.unbox_or, box, 1, 2, { otherwise = 3 })
    equal(values.minus(3, 2, nil), 1)
end)

case("a freed object is an error, never a crash", function()
    local box = values.box(1)
    box:free()
    raises("RT_E_HANDLE", "was freed", values.unbox, box)
    raises("RT_E_HANDLE", "was freed", box.free, box)
end)

case("objects that Lua collects are freed", function()
    cases.leaves_nothing(rtffi, function()
        for i = 1, 100 do
            values.box(i)
            values.boxes(3)
            values.four(i)
        end
    end)
end)

case("a scope frees what was made in it, but for what is returned", function()
    collectgarbage("stop")
    local before = rtffi.handle_count()
    local kept, list = rtffi.scope(function(count)
        for i = 1, count do
            values.box(i)
        end
        return values.box(40), { values.box(2) }
    end, 10)
    equal(rtffi.handle_count() - before, 2)
    equal(values.unbox(kept) + values.unbox(list[1]), 42)
    local why = raises("RT_E_HANDLE", "ValuesBox", rtffi.scope, function()
        values.unbox(values.small(1))
    end)
    equal(why.func, "v_unbox")
    equal(rtffi.handle_count() - before, 2)
    collectgarbage("restart")
end)

case("a second binding in the program, whose classes have methods", function()
    local geometry = require("geometry")
    equal(geometry.rtffi, rtffi)
    local square = geometry.polygon({ 0, 0, 2, 0, 2, 2, 0, 2 })
    equal({ square:size(), square:perimeter(), square:scaled(2):perimeter() }, { 4, 8, 16 })
    equal(geometry.distance(3, 4), 5)
    equal(geometry.distance(3, 4, { from_x = 3 }), 4)
    equal(geometry.distance(3, 4, nil, 4), 3)
end)
