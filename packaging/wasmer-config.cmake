# find_package(wasmer) gives wasmer::wasmer, the shared library, and wasmer::wasmer_static, each if it
# is installed. Nothing in here is filled in, because `cargo cinstall` copies the file as it is: the
# prefix is the first directory above this one that holds the headers, so it may be moved.
#
#   wasmer_INCLUDE_DIRS        where wasm.h, wasmer.h and libwasmer.h are, and the directory above

include(CMakeFindDependencyMacro)
find_dependency(Threads)

get_filename_component(_wasmer_here "${CMAKE_CURRENT_LIST_FILE}" REALPATH)
get_filename_component(_wasmer_here "${_wasmer_here}" DIRECTORY)
set(_wasmer_prefix "${_wasmer_here}")
while(NOT EXISTS "${_wasmer_prefix}/include/wasmer/libwasmer.h")
    get_filename_component(_wasmer_above "${_wasmer_prefix}" DIRECTORY)
    if(_wasmer_above STREQUAL _wasmer_prefix)
        set(wasmer_FOUND FALSE)
        set(wasmer_NOT_FOUND_MESSAGE
            "no directory above ${_wasmer_here} holds include/wasmer/libwasmer.h")
        return()
    endif()
    set(_wasmer_prefix "${_wasmer_above}")
endwhile()
set(wasmer_INCLUDE_DIRS "${_wasmer_prefix}/include/wasmer" "${_wasmer_prefix}/include")

# What the static library needs, as `rustc --print native-static-libs` tells; scripts/test-install
# compares it for the system it runs on.
set(_wasmer_import "")
if(WIN32)
    set(_wasmer_shared ../bin/wasmer.dll)
    if(MSVC)
        set(_wasmer_import wasmer.dll.lib)
        set(_wasmer_static wasmer.lib)
    else()
        set(_wasmer_import wasmer.dll.a)
        set(_wasmer_static libwasmer.a)
    endif()
    # Windows is not supported yet, and which libraries it takes is not known.
    set(_wasmer_native "")
elseif(APPLE)
    set(_wasmer_shared libwasmer.dylib)
    set(_wasmer_soname @rpath/libwasmer.dylib)
    set(_wasmer_static libwasmer.a)
    set(_wasmer_native "-framework CoreFoundation" System iconv m)
else()
    set(_wasmer_shared libwasmer.so)
    set(_wasmer_soname libwasmer.so)
    set(_wasmer_static libwasmer.a)
    set(_wasmer_native gcc_eh util rt Threads::Threads m dl c)
endif()

# The directory of libraries: scripts/install puts this file into one, cargo-c into share.
get_filename_component(_wasmer_libdir "${_wasmer_here}" DIRECTORY)
get_filename_component(_wasmer_libdir "${_wasmer_libdir}" DIRECTORY)
foreach(_wasmer_place "${_wasmer_libdir}" "${_wasmer_prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}"
        "${_wasmer_prefix}/lib64" "${_wasmer_prefix}/lib")
    if(EXISTS "${_wasmer_place}/${_wasmer_static}" OR EXISTS "${_wasmer_place}/${_wasmer_shared}")
        set(_wasmer_libdir "${_wasmer_place}")
        break()
    endif()
endforeach()

if(EXISTS "${_wasmer_libdir}/${_wasmer_shared}" AND NOT TARGET wasmer::wasmer)
    add_library(wasmer::wasmer SHARED IMPORTED)
    set_target_properties(wasmer::wasmer PROPERTIES
        IMPORTED_LOCATION "${_wasmer_libdir}/${_wasmer_shared}"
        INTERFACE_INCLUDE_DIRECTORIES "${wasmer_INCLUDE_DIRS}")
    if(_wasmer_import)
        set_target_properties(wasmer::wasmer PROPERTIES
            IMPORTED_IMPLIB "${_wasmer_libdir}/${_wasmer_import}")
    else()
        set_target_properties(wasmer::wasmer PROPERTIES IMPORTED_SONAME "${_wasmer_soname}")
    endif()
endif()

if(EXISTS "${_wasmer_libdir}/${_wasmer_static}" AND NOT TARGET wasmer::wasmer_static)
    add_library(wasmer::wasmer_static STATIC IMPORTED)
    set_target_properties(wasmer::wasmer_static PROPERTIES
        IMPORTED_LOCATION "${_wasmer_libdir}/${_wasmer_static}"
        INTERFACE_INCLUDE_DIRECTORIES "${wasmer_INCLUDE_DIRS}"
        INTERFACE_LINK_LIBRARIES "${_wasmer_native}")
    if(WIN32)
        # Without it wasm.h declares its functions as imported from a DLL.
        set_target_properties(wasmer::wasmer_static PROPERTIES
            INTERFACE_COMPILE_DEFINITIONS LIBWASM_STATIC)
    endif()
endif()

if(NOT TARGET wasmer::wasmer AND NOT TARGET wasmer::wasmer_static)
    set(wasmer_FOUND FALSE)
    set(wasmer_NOT_FOUND_MESSAGE "there is no library of wasmer under ${_wasmer_prefix}")
endif()

foreach(_wasmer_name here prefix above shared static import soname native libdir place)
    unset(_wasmer_${_wasmer_name})
endforeach()
unset(_wasmer_name)
