<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Finds a locale other than C. */
final class Locale
{
    /**
     * Locales in which something differs: Turkish has its own capital i, the
     * others write a comma in numbers or name months in another language.
     */
    private const WANTED = [
        'tr_TR', 'de_DE', 'fr_FR', 'es_ES', 'pt_BR', 'it_IT', 'nl_NL', 'pl_PL', 'sv_SE', 'ru_RU', 'da_DK', 'en_DK',
        'en_GB', 'en_US',
    ];

    /** Windows has names of its own. */
    private const WINDOWS = ['tr-TR', 'de-DE', 'fr-FR', 'German_Germany', 'French_France'];

    /** Where systems keep one folder a locale. */
    private const FOLDERS = ['/usr/lib/locale', '/usr/share/locale', '/usr/local/share/locale'];

    /**
     * Sets such a locale for everything. Returns its name, or 'C' without one.
     * Some C libraries take any name and change nothing; that does not count.
     */
    public static function set(): string
    {
        $before = (string) Php::call('setlocale', \LC_ALL, '0');
        $plain = Php::call('localeconv');
        foreach (self::candidates() as $name) {
            $set = Php::call('setlocale', \LC_ALL, $name);
            if (\is_string($set) && Php::call('localeconv') !== $plain) {
                return $set;
            }
        }
        Php::call('setlocale', \LC_ALL, $before);
        return 'C';
    }

    /** The locale in force, 'C' when only the character set differs from C. */
    public static function current(): string
    {
        $all = (string) Php::call('setlocale', \LC_ALL, '0');
        if (\strpos($all, ';') === false) {
            return $all === '' ? 'C' : $all;
        }
        // PHP 8 sets LC_CTYPE to C.UTF-8 by itself, which changes no text.
        $named = \preg_replace('/^LC_CTYPE=C[^;]*;|;LC_CTYPE=C[^;]*/', '', $all);
        return \preg_match('/=(?!C(?:;|$))/', (string) $named) === 1 ? $all : 'C';
    }

    /** @return string[] */
    private static function candidates(): array
    {
        $names = [];
        foreach (self::WANTED as $wanted) {
            foreach (['.UTF-8', '.utf8', ''] as $charset) {
                $names[] = $wanted . $charset;
            }
        }
        $folders = self::FOLDERS;
        foreach (\explode(\PATH_SEPARATOR, (string) \getenv('LOCPATH')) as $folder) {
            $folders[] = $folder;
        }
        foreach ($folders as $folder) {
            foreach ($folder === '' ? [] : (array) @\scandir($folder) as $name) {
                // Below /usr/share/locale lie translations, too; setlocale tells.
                if (\preg_match('/^[a-z]{2,3}_[A-Z]{2}/', (string) $name) === 1) {
                    $names[] = (string) $name;
                }
            }
        }
        return \array_merge($names, self::WINDOWS);
    }
}
