using System.Collections;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>The names an object has had so far: a name twice is refused, a missing one is told.</summary>
    internal sealed class FieldSet
    {
        private readonly ArrayList _names = new ArrayList();

        public void Add(string name, JsonReader json)
        {
            if (_names.Contains(name))
            {
                throw new JsonFormatException("member twice", json.TokenStart);
            }

            _names.Add(name);
        }

        public void Require(string name)
        {
            if (!_names.Contains(name))
            {
                throw new JsonFormatException("member " + name + " missing", 0);
            }
        }
    }
}
