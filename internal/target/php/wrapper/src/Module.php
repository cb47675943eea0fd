<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** The module's code is entered here and nowhere else. */
final class Module
{
    private string $name;
    private string $file;

    public function __construct(string $name, string $file)
    {
        $this->name = $name;
        $this->file = $file;
    }

    public function load(): void
    {
        self::requireFile($this->file);
    }

    /** The full name of a function given without the module's prefix. */
    public function functionName(string $suffix): string
    {
        return $this->name . '_' . $suffix;
    }

    /**
     * The function a Loader names, which may lack the prefix.
     * https://developers.whmcs.com/provisioning-modules/loader-functions/
     */
    public function loaderName(string $loader): string
    {
        $prefixed = $this->functionName($loader);
        return !\function_exists($loader) && \function_exists($prefixed) ? $prefixed : $loader;
    }

    /** Whether calling the function without arguments leaves out a parameter. */
    public static function takesParameters(string $function): bool
    {
        return (new \ReflectionFunction($function))->getNumberOfParameters() > 0;
    }

    /**
     * @param array<mixed>|null $params null to call without any argument
     * @return mixed
     */
    public static function call(string $function, ?array $params)
    {
        // A variable, not an expression: the parameter may be by reference.
        return $params === null ? $function() : $function($params);
    }

    /**
     * WHMCS includes modules from within a function, so their file's variables
     * are not global. The path has no variable here, so that the file finds an
     * empty scope.
     */
    private static function requireFile(): void
    {
        require \func_get_arg(0);
    }
}
