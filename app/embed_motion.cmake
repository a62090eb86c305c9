# Writes a text file as a C++ string: cmake -DINPUT=... -DOUTPUT=... -P embed_motion.cmake
# In pieces, because compilers limit the length of one literal.
file(READ ${INPUT} text HEX)
string(LENGTH "${text}" length)
set(bytes "")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${text}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"app/demo_motion.hpp\"\n\nnamespace aesel::app {\nnamespace {\n\nconstexpr unsigned char kBytes[] = {\n${bytes}};\n\n}  // namespace\n\nstd::string_view demo_motion_bvh() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }\n\n}  // namespace aesel::app\n")
